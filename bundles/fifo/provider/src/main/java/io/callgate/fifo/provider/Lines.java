// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Hands lines to the thread of the command that prints them. If a terminal does not keep up, whoever adds a line waits, so
 * that records stay in their pipe. Thread safe.
 */
final class Lines {

    /** Lines that may wait for the terminal. */
    static final int MOST = 16;

    private final Deque<String> lines = new ArrayDeque<>();
    private boolean ended;

    /** Waits for room; after the end there always is. */
    synchronized void add(String line) throws InterruptedException {
        while (lines.size() >= MOST && !ended) {
            wait();
        }
        lines.add(line);
        notifyAll();
    }

    /** Waits for the next line; null after the end. */
    synchronized String next() throws InterruptedException {
        while (lines.isEmpty() && !ended) {
            wait();
        }
        notifyAll();
        return lines.poll();
    }

    /** What was not printed. */
    synchronized List<String> rest() {
        List<String> rest = List.copyOf(lines);
        lines.clear();
        return rest;
    }

    /** No more lines; this last one is still printed, unless it is empty. */
    synchronized void end(String why) {
        if (!why.isEmpty()) {
            lines.add(why);
        }
        ended = true;
        notifyAll();
    }
}
