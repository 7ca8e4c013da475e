// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.LineSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A chip as the kernel has it, whatever backend looks at it: who holds its lines, and their levels. */
final class FakeBoard {

    /** One line. */
    static final class Wire {
        final String name;
        String holder = "";
        LineSettings settings = LineSettings.input();
        boolean active;
        String left = ""; // by the request of this name, for its successor

        Wire(String name) {
            this.name = name;
        }
    }

    final String name;
    final String label;
    final List<Wire> wires = new ArrayList<>();

    /** Each request, reconfiguration, release and level that was set, in order. */
    final List<String> done = new CopyOnWriteArrayList<>();

    /** @param lines their names; empty for one that has none */
    FakeBoard(String name, String label, String... lines) {
        this.name = name;
        this.label = label;
        for (String line : lines) {
            wires.add(new Wire(line));
        }
    }

    void hold(int offset, String consumer) {
        wires.get(offset).holder = consumer;
    }
}
