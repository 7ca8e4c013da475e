// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.osgi.service.log.Logger;

/**
 * A daemon thread with one thing to do. It waits by parking, which takes no lock and makes no garbage, on the monotonic
 * clock, which no change of the wall clock moves.
 *
 * <p>Why not the door's event loop: every mechanism's handlers run there, and one that blocks would be the watchdog's
 * silence, with nobody left to name it.
 */
final class PacedThread implements Pace.Running {

    private static final long PATIENCE_MILLIS = 1000;

    private final long interval;
    private final Pace.Turn turn;
    private final Logger log;
    private final Thread thread;
    private volatile boolean closed;

    private PacedThread(String role, Duration interval, Pace.Turn turn, Logger log) {
        this.interval = interval.toNanos();
        this.turn = turn;
        this.log = log;
        this.thread = daemon("callgate-watchdog-" + role, this::run);
    }

    /** Real threads for real time. */
    static Pace pace(Logger log) {
        return (role, interval, turn) -> {
            PacedThread paced = new PacedThread(role, interval, turn, log);
            paced.thread.start();
            return paced;
        };
    }

    /**
     * A daemon that holds no class loader but our own. Before Java 24 a new thread keeps the protection domain of every
     * class on its creator's stack, an application's among them; what is below this frame is not looked at.
     */
    @SuppressWarnings("removal") // nothing else cuts the stack off where it matters
    static Thread daemon(String name, Runnable task) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            Thread made = new Thread(null, task, name, 0, false);
            made.setDaemon(true);
            made.setContextClassLoader(null);
            return made;
        });
    }

    private void run() {
        long due = System.nanoTime();
        while (!closed) {
            long now = System.nanoTime();
            if (now - due < 0) {
                LockSupport.parkNanos(due - now);
                Thread.interrupted(); // or the next park would not wait
            } else {
                turn.at(now);
                due += interval;
                if (now - due > 0) {
                    due = now; // turns that were missed are not made up for
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt(); // also whoever is called from the turn
        if (thread == Thread.currentThread()) {
            return;
        }
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            log.warn("Thread {} did not end at once; what is called from it is blocked", thread.getName());
        }
    }
}
