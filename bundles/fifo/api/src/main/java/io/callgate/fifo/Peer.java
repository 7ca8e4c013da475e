// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo;

/** Whether somebody has the other end open. The kernel does not say who, nor how many. */
public enum Peer {
    /** Somebody has. */
    PRESENT,
    /** Nobody has: reads find the end of file, which is waited out, and nothing is written. */
    ABSENT,
    /** Nobody can know, since the gateway holds both ends. */
    UNKNOWN
}
