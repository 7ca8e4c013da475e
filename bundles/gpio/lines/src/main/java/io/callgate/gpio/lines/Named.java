// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.Direction;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineGroup;
import io.callgate.platform.Nearest;
import io.callgate.resource.ResourceState;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Configured lines as a person names them in the shell, and their levels as a person writes and reads them. */
final class Named {

    private final Lines lines;

    Named(Lines lines) {
        this.lines = lines;
    }

    boolean isConfigured(String name) {
        return lines.all().stream().anyMatch(each -> each.status().name().equals(name));
    }

    /** The one of this name. */
    LineLife<?> find(String name) {
        List<LineLife<?>> found = lines.all().stream()
                .filter(each -> each.status().name().equals(name))
                .toList();
        if (found.size() > 1) {
            throw new IllegalArgumentException("there are two of the name \"" + name + "\", "
                    + found.get(0).status().pid() + " and "
                    + found.get(1).status().pid() + ": give one of them another name");
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no line \"" + name + "\" is configured" + meant(name)
                    + " (gpio:list shows those that are; a new one is a file configs/io.callgate.gpio.output~" + name
                    + ".json, or input~, or group~)");
        }
        return found.get(0);
    }

    private String meant(String typed) {
        return Nearest.meant(
                typed, lines.all().stream().map(each -> each.status().name()).toList());
    }

    /** The one of this name, which has its lines. */
    LineLife<?> live(String name) {
        LineLife<?> life = find(name);
        ResourceState state = life.status().state();
        if (state == ResourceState.WAITING || state == ResourceState.GONE) {
            throw new IllegalStateException(name + " is " + life.status().now().words());
        }
        return life;
    }

    /** As {@link #live}, and may be driven. */
    LineLife<?> driven(String name) {
        LineLife<?> life = live(name);
        if (life.settings()
                .filter(each -> each.line().direction() == Direction.INPUT)
                .isPresent()) {
            throw new IllegalArgumentException(name + " is an input: only outputs can be driven");
        }
        return life;
    }

    /** The levels now: {@code active}, or a digit for each line of a group in the configuration's order. */
    static String level(LineLife<?> life) throws IOException {
        Held held = life.held();
        long levels = held.levels(held.all());
        if (life.kind() != LineKind.GROUP) {
            return Words.of(Level.of(levels != 0));
        }
        StringBuilder digits = new StringBuilder();
        for (int bit = 0; bit < Long.bitCount(held.all()); bit++) {
            digits.append(levels >>> bit & 1);
        }
        return digits.toString();
    }

    /** What a person writes for levels, as bits. */
    static long levels(LineLife<?> life, String typed) {
        long all = life.held().all();
        int lines = Long.bitCount(all);
        boolean group = life.kind().type() == LineGroup.class;
        if (group && typed.length() == lines && typed.chars().allMatch(digit -> digit == '0' || digit == '1')) {
            long levels = 0;
            for (int bit = 0; bit < lines; bit++) {
                levels |= (long) (typed.charAt(bit) - '0') << bit;
            }
            return levels;
        }
        return switch (typed.toLowerCase(Locale.ROOT)) {
            case "on", "active", "1" -> all;
            case "off", "inactive", "0" -> 0;
            default ->
                throw new IllegalArgumentException("\"" + typed + "\" is no level: on, off, active or inactive"
                        + (group ? ", or " + lines + " digits 0 or 1, one for each line of the group" : ""));
        };
    }
}
