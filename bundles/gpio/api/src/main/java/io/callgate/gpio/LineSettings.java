// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a line is to be used: immutable, no I/O. Begin with {@link #input()} or {@link #output()}.
 *
 * @param direction who drives it
 * @param activeLow true if low voltage means {@link Level#ACTIVE}
 * @param bias what holds it when nobody drives it
 * @param drive how an output is driven; {@link Drive#PUSH_PULL} for an input
 * @param edges which changes of an input are told; {@link EdgeDetection#NONE} for an output
 * @param debounce how long an input must be stable before a change counts, in whole microseconds; zero for none
 * @param clock of the edges' timestamps
 * @param initial an output's level from the request on, unless it is taken over from a predecessor
 * @param safe the level an output is driven to before it is released for good; empty leaves it as it is. An output only
 */
public record LineSettings(
        Direction direction,
        boolean activeLow,
        Bias bias,
        Drive drive,
        EdgeDetection edges,
        Duration debounce,
        EventClock clock,
        Level initial,
        Optional<Level> safe) {

    private static final long LONGEST_MICROS = 0xffff_ffffL;

    /** Refuses what has no meaning on any backend. */
    public LineSettings {
        Objects.requireNonNull(initial);
        if (direction == Direction.OUTPUT && (edges != EdgeDetection.NONE || !debounce.isZero())) {
            throw new IllegalArgumentException("edges and debounce are of inputs only");
        }
        if (direction == Direction.INPUT && (drive != Drive.PUSH_PULL || safe.isPresent())) {
            throw new IllegalArgumentException("drive and safe level are of outputs only");
        }
        if (debounce.isNegative() || debounce.toNanos() % 1000 != 0 || debounce.toNanos() / 1000 > LONGEST_MICROS) {
            throw new IllegalArgumentException("a debounce of " + debounce + ": whole microseconds, 0 to 4294967295");
        }
    }

    /** An input as it is: active high, no edges. */
    public static LineSettings input() {
        return new LineSettings(
                Direction.INPUT,
                false,
                Bias.AS_IS,
                Drive.PUSH_PULL,
                EdgeDetection.NONE,
                Duration.ZERO,
                EventClock.MONOTONIC,
                Level.INACTIVE,
                Optional.empty());
    }

    /** An output that begins inactive: active high, driven both ways, left as it is when released. */
    public static LineSettings output() {
        return new LineSettings(
                Direction.OUTPUT,
                false,
                Bias.AS_IS,
                Drive.PUSH_PULL,
                EdgeDetection.NONE,
                Duration.ZERO,
                EventClock.MONOTONIC,
                Level.INACTIVE,
                Optional.empty());
    }

    /** The same with low voltage meaning active, or not. */
    public LineSettings withActiveLow(boolean activeLow) {
        return new LineSettings(direction, activeLow, bias, drive, edges, debounce, clock, initial, safe);
    }

    /** The same with another bias. */
    public LineSettings withBias(Bias bias) {
        return new LineSettings(direction, activeLow, bias, drive, edges, debounce, clock, initial, safe);
    }

    /** The same with another drive. */
    public LineSettings withDrive(Drive drive) {
        return new LineSettings(direction, activeLow, bias, drive, edges, debounce, clock, initial, safe);
    }

    /** The same with these edges told. */
    public LineSettings withEdges(EdgeDetection edges) {
        return new LineSettings(direction, activeLow, bias, drive, edges, debounce, clock, initial, safe);
    }

    /** The same with another debounce. */
    public LineSettings withDebounce(Duration debounce) {
        return new LineSettings(direction, activeLow, bias, drive, edges, debounce, clock, initial, safe);
    }

    /** The same with another clock. */
    public LineSettings withClock(EventClock clock) {
        return new LineSettings(direction, activeLow, bias, drive, edges, debounce, clock, initial, safe);
    }

    /** The same with another first level. */
    public LineSettings withInitial(Level initial) {
        return new LineSettings(direction, activeLow, bias, drive, edges, debounce, clock, initial, safe);
    }

    /** The same with a safe level. */
    public LineSettings withSafe(Level safe) {
        return new LineSettings(direction, activeLow, bias, drive, edges, debounce, clock, initial, Optional.of(safe));
    }
}
