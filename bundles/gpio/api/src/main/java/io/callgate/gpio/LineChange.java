// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

/**
 * Something that happened to a line, whoever did it.
 *
 * @param kind what happened
 * @param line how it is after that
 * @param timestampNanos when, on CLOCK_MONOTONIC
 * @param lost changes that were dropped for this listener before this one; look at {@link GpioChip#info} again then
 */
public record LineChange(Kind kind, LineInfo line, long timestampNanos, long lost) {

    /** What happened to a line. */
    public enum Kind {
        /** Somebody took it. */
        REQUESTED,
        /** Its holder let it go. */
        RELEASED,
        /** Its holder changed its settings. */
        RECONFIGURED
    }

    /** The same change after so many that were lost. */
    public LineChange withLost(long lost) {
        return lost == this.lost ? this : new LineChange(kind, line, timestampNanos, lost);
    }
}
