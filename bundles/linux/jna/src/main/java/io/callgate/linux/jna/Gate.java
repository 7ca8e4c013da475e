// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.service.log.Logger;

/**
 * Keeps a handler and its end apart: whoever shuts the gate returns when nobody is behind it any more, himself excepted,
 * and nobody gets behind it again.
 *
 * <p>A handler that waits for a lock of the one who is shutting would be a deadlock; five seconds and a warning end it.
 */
final class Gate {

    private static final long PATIENCE_SECONDS = 5;

    private final ReentrantLock inside = new ReentrantLock();
    private final String name;
    private final Logger log;
    private volatile boolean shut;

    Gate(String name, Logger log) {
        this.name = name;
        this.log = log;
    }

    /** True if it is open; {@link #leave} must follow then. */
    boolean enter() {
        inside.lock();
        if (shut) {
            inside.unlock();
            return false;
        }
        return true;
    }

    void leave() {
        inside.unlock();
    }

    boolean isShut() {
        return shut;
    }

    /** Shuts it for newcomers, without waiting for who is inside. */
    void refuse() {
        shut = true;
    }

    /** Shuts it, and waits for who is inside. */
    void shut() {
        shut = true;
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                if (inside.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    inside.unlock();
                } else {
                    log.warn("{} has not returned for {} s; it must not block", name, PATIENCE_SECONDS);
                }
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
