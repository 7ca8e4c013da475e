// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.UnsupportedSettingException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What the kernel means by a number, where only the settings that were asked for tell. */
final class Refusal {

    private Refusal() {}

    /** The setting that it cannot do, if that is why; otherwise what it said. */
    static IOException of(ErrnoException e, String label, List<RequestConfig.Line> lines) {
        Optional<UnsupportedSettingException> unsupported = Optional.empty();
        if (e.is(Errno.EOPNOTSUPP, Errno.EINVAL)) {
            unsupported = clock(label, lines);
        } else if (e.is(Errno.ENXIO)) {
            unsupported = interrupt(label, lines);
        }
        unsupported.ifPresent(known -> known.initCause(e));
        return unsupported.isPresent() ? unsupported.get() : e;
    }

    private static Optional<UnsupportedSettingException> clock(String label, List<RequestConfig.Line> lines) {
        return first(lines, line -> line.settings().clock() == EventClock.HTE)
                .map(line -> new UnsupportedSettingException(
                        "clock",
                        label + " has no hardware timestamps for line " + line.offset()
                                + " (CONFIG_HTE and a provider for the chip): set clock to monotonic or realtime"))
                .or(() -> first(lines, line -> line.settings().clock() == EventClock.REALTIME)
                        .map(line -> new UnsupportedSettingException(
                                "clock",
                                "this kernel stamps no edges with CLOCK_REALTIME (Linux 5.11 does): set clock to"
                                        + " monotonic")));
    }

    private static Optional<UnsupportedSettingException> interrupt(String label, List<RequestConfig.Line> lines) {
        return first(lines, line -> line.settings().edges() != EdgeDetection.NONE)
                .map(line -> withoutInterrupt("edges", label, line, "be told of its edges: set edges to none"))
                .or(() -> first(lines, line -> !line.settings().debounce().isZero())
                        .map(line -> withoutInterrupt("debounce", label, line, "be debounced: set debounce to 0")));
    }

    private static UnsupportedSettingException withoutInterrupt(
            String setting, String label, RequestConfig.Line line, String rest) {
        return new UnsupportedSettingException(
                setting, label + " has no interrupt for line " + line.offset() + ", which so cannot " + rest);
    }

    private static Optional<RequestConfig.Line> first(
            List<RequestConfig.Line> lines, Predicate<RequestConfig.Line> which) {
        return lines.stream().filter(which).findFirst();
    }
}
