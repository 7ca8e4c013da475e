// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import java.time.Instant;

/**
 * A value at a moment: an immutable snapshot.
 *
 * @param name of the attribute or sensor it is of, its {@code callgate.name}
 * @param datum what was read, scaled
 * @param unit of a number, for example {@code °C}; empty if it has none
 * @param time when it was read, by the wall clock, which may jump
 * @param nanos when it was read, on CLOCK_MONOTONIC: only differences mean something; {@link System#nanoTime()}
 * @param lost changes that were dropped for this listener before this one; 0 if nobody listens
 */
public record Value(String name, Datum datum, String unit, Instant time, long nanos, long lost) {

    /** The same value after so many that were lost. */
    public Value withLost(long lost) {
        return lost == this.lost ? this : new Value(name, datum, unit, time, nanos, lost);
    }

    /** As {@link Datum#asLong()}. */
    public long asLong() {
        return datum.asLong();
    }

    /** As {@link Datum#asDouble()}. */
    public double asDouble() {
        return datum.asDouble();
    }

    /** As {@link Datum#asBoolean()}. */
    public boolean asBoolean() {
        return datum.asBoolean();
    }

    /** As {@link Datum#asText()}. */
    public String asText() {
        return datum.asText();
    }

    /** As {@link Datum#asBytes()}. */
    public byte[] asBytes() {
        return datum.asBytes();
    }

    /**
     * True if it differs so much from another that somebody with this deadband wants to know: numbers of the same unit by
     * more than the deadband, anything else by being different.
     */
    public boolean differs(Value other, double deadband) {
        if (!unit.equals(other.unit)) {
            return true;
        }
        if (deadband > 0 && datum.isNumber() && other.datum.isNumber()) {
            double difference = Math.abs(asDouble() - other.asDouble());
            return difference > deadband || Double.isNaN(difference) && !datum.equals(other.datum);
        }
        return !datum.equals(other.datum);
    }

    /** The value and its unit, as a person reads it. */
    @Override
    public String toString() {
        return unit.isEmpty() ? asText() : asText() + " " + unit;
    }
}
