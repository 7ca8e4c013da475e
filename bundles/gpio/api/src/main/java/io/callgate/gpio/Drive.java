// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

/** How an output is driven. The sysfs class interface knows {@link #PUSH_PULL} only. */
public enum Drive {
    /** Both levels are driven. */
    PUSH_PULL,
    /** Only low is driven; high is left to a pull-up. */
    OPEN_DRAIN,
    /** Only high is driven; low is left to a pull-down. */
    OPEN_SOURCE
}
