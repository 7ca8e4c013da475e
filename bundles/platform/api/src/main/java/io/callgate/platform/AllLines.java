// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import java.util.List;

/**
 * Lines of which none may be lost, since what they tell was taken away from everybody else. If a terminal does not keep
 * up, whoever adds a line waits, so that messages stay in their queue and records in their pipe. Thread safe.
 */
public final class AllLines extends WatchedLines {

    /** Lines that may wait for the terminal. */
    static final int MOST = 16;

    /** Waits for room; after the end there always is. */
    public synchronized void add(String line) throws InterruptedException {
        while (lines.size() >= MOST && !ended) {
            wait();
        }
        lines.add(line);
        notifyAll();
    }

    @Override
    synchronized List<String> rest() {
        List<String> rest = List.copyOf(lines);
        lines.clear();
        return rest;
    }
}
