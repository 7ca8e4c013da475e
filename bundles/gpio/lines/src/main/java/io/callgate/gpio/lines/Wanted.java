// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.RequestConfig;
import io.callgate.resource.InvalidSettingException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which lines a configuration means: by the kernel's names or by offsets, one of the two. Immutable.
 *
 * @param chip label or kernel name; empty if any chip may have the named lines
 * @param names of the lines; empty if offsets are given
 * @param offsets of the lines; empty if names are given
 * @param backend that is to be used; empty for the best there is
 */
record Wanted(String chip, List<String> names, List<Integer> offsets, String backend) {

    private static final int MOST = RequestConfig.MOST_LINES;

    /** Takes copies. */
    Wanted {
        names = List.copyOf(names);
        offsets = List.copyOf(offsets);
    }

    /** One line. */
    static Wanted line(String chip, String name, int offset, String backend) throws InvalidSettingException {
        boolean named = !name.isBlank();
        if (offset < -1) {
            throw new InvalidSettingException("offset must not be negative: " + offset);
        }
        if (named && offset >= 0) {
            throw new InvalidSettingException(
                    "it names its line twice, by \"line\" and by \"offset\": take one of them out");
        }
        return of(
                chip,
                named ? List.of(name.trim()) : List.of(),
                offset >= 0 ? List.of(offset) : List.of(),
                backend,
                "\"line\", or \"chip\" and \"offset\"");
    }

    /** A group. */
    static Wanted group(String chip, String[] names, int[] offsets, String backend) throws InvalidSettingException {
        List<String> all = Arrays.stream(names)
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
        List<Integer> numbers = Arrays.stream(offsets).boxed().toList();
        if (!all.isEmpty() && !numbers.isEmpty()) {
            throw new InvalidSettingException(
                    "it names its lines twice, by \"lines\" and by \"offsets\": take one of them out");
        }
        for (int number : numbers) {
            if (number < 0) {
                throw new InvalidSettingException("offsets must not be negative: " + number);
            }
        }
        once(all);
        once(numbers);
        return of(chip, all, numbers, backend, "\"lines\", or \"chip\" and \"offsets\"");
    }

    private static void once(List<?> lines) throws InvalidSettingException {
        if (lines.size() > MOST) {
            throw new InvalidSettingException("a group has at most " + MOST + " lines, not " + lines.size());
        }
        HashSet<Object> seen = new HashSet<>();
        for (Object line : lines) {
            if (!seen.add(line)) {
                throw new InvalidSettingException("line " + line + " is in the group twice");
            }
        }
    }

    private static Wanted of(String chip, List<String> names, List<Integer> offsets, String backend, String keys)
            throws InvalidSettingException {
        if (names.isEmpty() && offsets.isEmpty()) {
            throw new InvalidSettingException("its configuration names no line: give " + keys);
        }
        if (names.isEmpty() && chip.isBlank()) {
            throw new InvalidSettingException("an offset is of a chip: give \"chip\", its label or kernel name"
                    + " (gpio:chips shows those that are)");
        }
        return new Wanted(chip.trim(), names, offsets, backend);
    }

    /** True if the chip is one that this configuration could mean. */
    boolean mayMean(String name, String label) {
        return chip.isEmpty() || chip.equals(label) || chip.equals(name);
    }

    /** Its lines as they are configured: {@code LED,RELAY} or {@code 1,2}. */
    String lines() {
        return names.isEmpty()
                ? offsets.stream().map(String::valueOf).collect(Collectors.joining(","))
                : String.join(",", names);
    }
}
