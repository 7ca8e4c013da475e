// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import java.util.concurrent.TimeUnit;
import org.osgi.service.log.Logger;

/** What one handler threw: the first in full, later ones counted and said once a minute. Used on one thread. */
final class HandlerFailures {

    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String handler;
    private final Logger log;
    private long count;
    private long unsaid;
    private long saidAt;

    HandlerFailures(String handler, Logger log) {
        this.handler = handler;
        this.log = log;
    }

    /** What somebody else's code does. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    /**
     * Runs somebody else's code on a thread that is everybody's. An Error of one handler (a class that is missing after
     * an update, a stack that overflowed) must not end the watching of all others, so nothing is let through.
     */
    void survive(Task task) {
        try {
            task.run();
        } catch (Throwable e) { // see above
            add(e);
        }
    }

    void add(Throwable failure) {
        long now = System.nanoTime();
        count++;
        unsaid++;
        if (count == 1) {
            log.error("{} failed; it will be called again, and further failures are counted", handler, failure);
        } else if (now - saidAt < INTERVAL_NANOS) {
            return;
        } else {
            log.error("{} failed {} times more, lastly: {}", handler, unsaid, failure.toString());
        }
        unsaid = 0;
        saidAt = now;
    }
}
