// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.gpio.Direction;
import io.callgate.gpio.EdgeDetection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a line is set in the kernel, of what sysfs can set.
 *
 * @param direction empty if it is as the board left it
 * @param activeLow true if the value file says 1 for low voltage
 * @param edges which make the value file ready
 */
record LineState(Optional<Direction> direction, boolean activeLow, EdgeDetection edges) {

    private static final String DIRECTION = "direction";
    private static final String ACTIVE_LOW = "activeLow";
    private static final String EDGES = "edges";

    /** A line that was exported just now. */
    static LineState exported() {
        return new LineState(Optional.empty(), false, EdgeDetection.NONE);
    }

    /** What the files of an exported line say; a line that has no such file cannot be set so. */
    static LineState read(GpioClass gpio, Path line) throws IOException {
        String direction = read(gpio, line.resolve("direction"), "");
        String edges = read(gpio, line.resolve("edge"), "none");
        return new LineState(
                switch (direction) {
                    case "in" -> Optional.of(Direction.INPUT);
                    case "out" -> Optional.of(Direction.OUTPUT);
                    default -> Optional.empty();
                },
                read(gpio, line.resolve("active_low"), "0").equals("1"),
                EdgeDetection.valueOf(edges.toUpperCase(Locale.ROOT)));
    }

    private static String read(GpioClass gpio, Path attribute, String otherwise) throws IOException {
        return Files.exists(attribute) ? gpio.read(attribute) : otherwise;
    }

    /** As it was left with a descriptor. */
    static LineState of(Map<String, String> left) {
        return new LineState(
                Optional.ofNullable(left.get(DIRECTION)).map(Direction::valueOf),
                Boolean.parseBoolean(left.get(ACTIVE_LOW)),
                EdgeDetection.valueOf(left.getOrDefault(EDGES, EdgeDetection.NONE.name())));
    }

    /** To be left with a descriptor. */
    void leave(Map<String, String> into) {
        direction.ifPresent(known -> into.put(DIRECTION, known.name()));
        into.put(ACTIVE_LOW, Boolean.toString(activeLow));
        into.put(EDGES, edges.name());
    }

    boolean is(Direction wanted) {
        return direction.isPresent() && direction.get() == wanted;
    }

    LineState with(Direction next) {
        return new LineState(Optional.of(next), activeLow, edges);
    }

    LineState withActiveLow(boolean next) {
        return new LineState(direction, next, edges);
    }

    LineState with(EdgeDetection next) {
        return new LineState(direction, activeLow, next);
    }
}
