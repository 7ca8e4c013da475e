// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Hands lines to the thread of the command that prints them. If a terminal does not keep up, the oldest are dropped and counted, so that
 * the newest are shown. Thread safe.
 */
final class Lines {

    /** Lines that may wait for the terminal. */
    static final int MOST = 4096;

    private final Deque<String> lines = new ArrayDeque<>();
    private long lost;
    private boolean ended;

    synchronized void add(String line) {
        if (!ended) {
            if (lines.size() == MOST) {
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
