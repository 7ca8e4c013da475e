// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.sysfs.Value;
import io.callgate.sysfs.ValueListener;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Hands changes as lines to the thread of the command that prints them. If a terminal does not keep up, the oldest lines
 * are dropped and counted, so that the newest are shown. Thread safe.
 */
final class Watch implements ValueListener {

    /** Lines that may wait for the terminal. */
    static final int LINES = 256;

    private final Deque<String> lines = new ArrayDeque<>();
    private long lost;
    private boolean ended;

    @Override
    public void changed(Value value) {
        String before = value.lost() == 0 ? "" : "  (" + value.lost() + " lost)";
        add(value.time() + "  " + value.name() + "  " + SysfsCommands.withUnit(value) + before);
    }

    @Override
    public void gone(String name, String reason) {
        add(name + " has gone: " + reason);
    }

    private synchronized void add(String line) {
        if (!ended) {
            if (lines.size() == LINES) {
                lines.remove();
                lost++;
            }
            lines.add(line);
            notifyAll();
        }
    }

    /** Waits for the next line; null after the end. */
    synchronized String next() throws InterruptedException {
        while (lines.isEmpty() && !ended) {
            wait();
        }
        if (lost > 0) {
            String line = lost + " lines were lost: they came faster than they were printed";
            lost = 0;
            return line;
        }
        return lines.poll();
    }

    /** What waits and then this line is still printed; nothing if it is empty. */
    synchronized void end(String why) {
        if (!why.isEmpty()) {
            lines.add(why);
        }
        ended = true;
        notifyAll();
    }
}
