// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

/** The clock of an edge's timestamp. */
public enum EventClock {
    /** The kernel's CLOCK_MONOTONIC, in the interrupt; comparable with {@link System#nanoTime()}. */
    MONOTONIC,
    /** The kernel's CLOCK_REALTIME, in the interrupt; nanoseconds since 1970, and it may jump. */
    REALTIME,
    /** A hardware timestamp engine, where the chip has one. */
    HTE,
    /** CLOCK_MONOTONIC when the gateway learned of it, later than the edge by the scheduler's delay: sysfs has no other. */
    OBSERVED
}
