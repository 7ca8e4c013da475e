// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.LineGroup;
import io.callgate.gpio.LineInfo;
import java.io.IOException;
import java.util.List;

/** The service of a configured group. */
record GroupLines(Held held) implements LineGroup {

    @Override
    public String name() {
        return held.name();
    }

    @Override
    public List<LineInfo> info() throws IOException {
        return held.info();
    }

    @Override
    public long all() {
        return held.all();
    }

    @Override
    public long levels(long mask) throws IOException {
        check(mask);
        return held.levels(mask);
    }

    @Override
    public void set(long mask, long levels) throws IOException {
        check(mask);
        held.set(mask, levels);
    }

    private void check(long mask) {
        if ((mask & ~held.all()) != 0) {
            throw new IllegalArgumentException(
                    "mask 0x" + Long.toHexString(mask) + " has bits for lines that are not in " + held.name() + " (0x"
                            + Long.toHexString(held.all()) + ")");
        }
    }
}
