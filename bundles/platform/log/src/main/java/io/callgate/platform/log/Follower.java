// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/** A screen that follows the log: lines wait for it, up to a number; those it misses are counted, and that is said. */
final class Follower implements Consumer<String> {

    static final int LINES_AHEAD = 1000;

    private final Deque<String> lines = new ArrayDeque<>();
    private long dropped;
    private boolean ended;

    /** Never waits: whoever logs is on its way. */
    @Override
    public synchronized void accept(String line) {
        if (dropped > 0 && lines.size() < LINES_AHEAD) {
            lines.add(loss());
        }
        if (lines.size() < LINES_AHEAD) {
            lines.add(line);
            notifyAll();
        } else {
            dropped++;
        }
    }

    /** The lines that are waiting are still given out, and then no more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Waits for the next line; empty after the end. */
    synchronized Optional<String> next() throws InterruptedException {
        while (lines.isEmpty() && dropped == 0 && !ended) {
            wait();
        }
        if (lines.isEmpty() && dropped > 0) {
            return Optional.of(loss());
        }
        return Optional.ofNullable(lines.poll());
    }

    private String loss() {
        String said = "... " + dropped + " lines were not shown: this screen is slow; they are in the file";
        dropped = 0;
        return said;
    }
}
