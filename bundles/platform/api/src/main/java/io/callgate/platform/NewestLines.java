// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import java.util.List;

/**
 * Lines of which the newest are wanted: if a terminal does not keep up, the oldest are dropped, and it is told how many.
 * Thread safe.
 */
public final class NewestLines extends WatchedLines {

    private final int most;
    private long lost; // guarded by this

    /** @param most lines that may wait for the terminal */
    public NewestLines(int most) {
        this.most = most;
    }

    /** Never waits; does nothing after the end. */
    public synchronized void add(String line) {
        if (!ended) {
            if (lines.size() == most) {
                lines.remove();
                lost++;
            }
            lines.add(line);
            notifyAll();
        }
    }

    @Override
    String take() {
        if (lost > 0) {
            String line = lost + " lines were lost: they came faster than they were printed";
            lost = 0;
            return line;
        }
        return super.take();
    }

    @Override
    List<String> rest() {
        return List.of(); // nobody asked for more
    }
}
