// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.time.Instant;

/**
 * The kernel says that a threshold was passed.
 *
 * @param resource that was short
 * @param kind whether some or all tasks were held up
 * @param stallMicros the threshold
 * @param windowMicros within which it was passed
 * @param time when the gateway learnt it, by the wall clock, which may jump
 * @param nanos the same on CLOCK_MONOTONIC: only differences mean something; {@link System#nanoTime()}
 * @param sequence of this trigger, from 1, without gaps unless lost is not 0
 * @param lost events that were dropped for this listener before this one
 */
public record PressureEvent(
        PressureResource resource,
        PressureKind kind,
        long stallMicros,
        long windowMicros,
        Instant time,
        long nanos,
        long sequence,
        long lost) {

    /** The same event after so many that were lost. */
    public PressureEvent withLost(long lost) {
        return lost == this.lost
                ? this
                : new PressureEvent(resource, kind, stallMicros, windowMicros, time, nanos, sequence, lost);
    }
}
