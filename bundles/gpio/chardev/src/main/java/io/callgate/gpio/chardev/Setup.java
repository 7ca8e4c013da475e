// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.Direction;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.UnsupportedSettingException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How the kernel is to have, or has, the lines of a request, without the levels: two that are equal need no ioctl
 * between them. Bit 0 of masks is the first line.
 */
record Setup(List<Line> lines) {

    /** One line, by the kernel's flags. */
    record Line(long flags, long debounceMicros) {

        private String text() {
            return Long.toHexString(flags) + ':' + debounceMicros;
        }

        private static Line parse(String text) {
            int colon = text.indexOf(':');
            return new Line(Long.parseLong(text, 0, colon, 16), Long.parseLong(text, colon + 1, text.length(), 10));
        }
    }

    /** @throws UnsupportedSettingException if the character device has no such thing on any chip */
    static Setup of(List<RequestConfig.Line> lines) throws UnsupportedSettingException {
        for (RequestConfig.Line line : lines) {
            if (line.settings().clock() == EventClock.OBSERVED) {
                throw new UnsupportedSettingException(
                        "clock",
                        "the character device has its timestamps from the kernel: clock is monotonic, realtime or hte");
            }
        }
        return new Setup(lines.stream().map(line -> line(line.settings())).toList());
    }

    private static Line line(LineSettings settings) {
        return new Line(LineFlags.of(settings), settings.debounce().toNanos() / 1000);
    }

    /** As {@link #text} wrote it. */
    static Setup parse(String text) {
        return new Setup(Arrays.stream(text.split(",")).map(Line::parse).toList());
    }

    /** In words, for a successor. */
    String text() {
        return lines.stream().map(Line::text).collect(Collectors.joining(","));
    }

    /** The lines that we drive. */
    long outputs() {
        return mask(line -> (line.flags & Uapi.Flag.OUTPUT) != 0);
    }

    /** The lines that the kernel debounces. */
    long debounced() {
        return mask(line -> line.debounceMicros != 0);
    }

    /** True if any edge is told. */
    boolean tellsEdges() {
        return mask(line -> (line.flags & (Uapi.Flag.EDGE_RISING | Uapi.Flag.EDGE_FALLING)) != 0) != 0;
    }

    private long mask(Predicate<Line> which) {
        long mask = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (which.test(lines.get(i))) {
                mask |= 1L << i;
            }
        }
        return mask;
    }

    /** The outputs' first levels. */
    static long initial(List<RequestConfig.Line> lines) {
        return levels(
                lines, settings -> settings.direction() == Direction.OUTPUT && settings.initial() == Level.ACTIVE);
    }

    /** The outputs that have a safe level. */
    static long guarded(List<RequestConfig.Line> lines) {
        return levels(lines, settings -> settings.safe().isPresent());
    }

    /** The safe levels of those. */
    static long safe(List<RequestConfig.Line> lines) {
        return levels(lines, settings -> settings.safe().orElse(Level.INACTIVE) == Level.ACTIVE);
    }

    private static long levels(List<RequestConfig.Line> lines, Predicate<LineSettings> active) {
        long levels = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (active.test(lines.get(i).settings())) {
                levels |= 1L << i;
            }
        }
        return levels;
    }
}
