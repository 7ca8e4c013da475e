// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineInfo;
import java.io.IOException;

/** The service of a configured output. */
record OutputLine(Held held) implements DigitalOutput {

    @Override
    public String name() {
        return held.name();
    }

    @Override
    public LineInfo info() throws IOException {
        return held.info().get(0);
    }

    @Override
    public Level level() throws IOException {
        return Level.of(held.levels(1) != 0);
    }

    @Override
    public void set(Level level) throws IOException {
        held.set(1, level == Level.ACTIVE ? 1 : 0);
    }
}
