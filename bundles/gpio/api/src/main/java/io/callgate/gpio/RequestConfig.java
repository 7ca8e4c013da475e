// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which lines of a chip are requested together, and how: immutable, no I/O.
 *
 * @param name of the request: the configuration's {@code callgate.name}, which others see as the lines' consumer
 * @param lines 1 to {@value #MOST_LINES} different lines, in the order of the bits of {@link LineRequest#levels}
 * @param eventBufferSize edges that the kernel keeps for us; 0 for its default, which is 16 for each line
 */
public record RequestConfig(String name, List<Line> lines, int eventBufferSize) {

    /** What one request of the kernel can hold. */
    public static final int MOST_LINES = 64;

    /**
     * One line of a request.
     *
     * @param offset on its chip, from 0
     */
    public record Line(int offset, LineSettings settings) {}

    /** Takes a copy of the lines. */
    public RequestConfig {
        lines = List.copyOf(lines);
        if (lines.isEmpty() || lines.size() > MOST_LINES) {
            throw new IllegalArgumentException("a request takes 1 to " + MOST_LINES + " lines, not " + lines.size());
        }
        Set<Integer> offsets = new HashSet<>();
        for (Line line : lines) {
            if (!offsets.add(line.offset)) {
                throw new IllegalArgumentException("line " + line.offset + " is there twice");
            }
        }
        if (eventBufferSize < 0) {
            throw new IllegalArgumentException("an event buffer of " + eventBufferSize + " edges");
        }
    }

    /** One line, with the kernel's default event buffer. */
    public static RequestConfig of(String name, int offset, LineSettings settings) {
        return new RequestConfig(name, List.of(new Line(offset, settings)), 0);
    }

    /** The offsets in order. */
    public List<Integer> offsets() {
        return lines.stream().map(Line::offset).toList();
    }
}
