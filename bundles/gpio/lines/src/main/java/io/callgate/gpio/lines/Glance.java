// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.Direction;
import io.callgate.gpio.Edge;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.resource.InvalidSettingException;
import java.io.IOException;
import java.util.List;

/**
 * The level of a line that is not configured: held as an input for the one read, as gpioget does, but never where that
 * could change anything: not a line that somebody holds, nor one that is an output.
 */
final class Glance {

    private static final String NAME = "gpio-get";

    private final Chips chips;

    Glance(Chips chips) {
        this.chips = chips;
    }

    /**
     * @param chip label or kernel name
     * @param line kernel name or offset
     */
    Level level(String chip, String line) throws IOException {
        Target target = target(chip, line);
        GpioChip on = target.on().chip();
        int offset = target.offsets().get(0);
        LineInfo info = on.info(offset);
        if (info.used()) {
            throw new LineBusyException(on.label(), info);
        }
        if (!target.on().tellsChanges() || info.settings().direction() == Direction.OUTPUT) {
            throw new IllegalStateException("line " + line + " of " + target.on()
                    + (target.on().tellsChanges() ? " is an output that nobody holds" : " may be an output")
                    + ": to read it would make it an input (configure it as what it is)");
        }
        try (LineRequest request = on.request(RequestConfig.of(NAME, offset, LineSettings.input()), new Nobody())) {
            return Level.of(request.levels(1) != 0);
        }
    }

    private Target target(String chip, String line) {
        try {
            boolean number = line.matches("[0-9]{1,5}");
            Wanted wanted = Wanted.line(chip, number ? "" : line, number ? Integer.parseInt(line) : -1, "");
            return chips.resolve(wanted, any -> true);
        } catch (InvalidSettingException | UnresolvedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Wants no edges, and has closed before anything could end. */
    private static final class Nobody implements LineRequest.Owner {

        @Override
        public void edges(List<Edge> batch) {}

        @Override
        public void left() {}

        @Override
        public void gone(IOException reason) {}
    }
}
