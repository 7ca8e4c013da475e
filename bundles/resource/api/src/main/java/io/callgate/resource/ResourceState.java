// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

/** Where a configured resource is in its life. */
public enum ResourceState {
    /** No service: no device yet, not permitted, held by somebody else, or a refused value. */
    WAITING,
    /** Its service is registered. */
    LIVE,
    /** Its service is registered, and calls wait: what it stands on is being updated. */
    HANDOVER,
    /** No service: the kernel took it away; it waits for it to come back. */
    GONE
}
