// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.osgi.service.log.Logger;

/**
 * The threads that wait in the kernel for one queue, and how they get out. A System V queue has neither a descriptor nor
 * a deadline, but a signal ends the wait with EINTR. The one that is sent is the Java runtime's own, for which it has a
 * handler that does nothing. It is lost on a thread that is just about to enter the kernel, so it is sent again until
 * that thread says that it is out.
 *
 * <p>Entering and leaving make no garbage: the timer that looks after waits runs on while there are any, and only the
 * end of a limit has one of its own. Thread safe.
 */
final class Waits {

    /** How soon an interruption of a waiting thread is seen. */
    static final Duration TICK = Duration.ofMillis(50);

    private static final Duration AGAIN = Duration.ofMillis(1);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A limit that never ends. */
    static final long NEVER = Long.MAX_VALUE;

    /** One thread at a time in the kernel; made once for each buffer. Guarded by the waits of its queue. */
    static final class Wait {
        private Thread thread;
        private long threadId;
        private long end;
        private EventLoop.Registration alarm;
        private volatile boolean inside;
        private volatile boolean cancelled;

        boolean isCancelled() {
            return cancelled;
        }
    }

    private final QueueCalls calls;
    private final EventLoop loop;
    private final Time time;
    private final Logger log;
    private final List<Wait> inside = new ArrayList<>(); // guarded by this, as all below
    private EventLoop.Registration ticking; // null if nobody has waited for a while
    private boolean idle;
    private boolean closed;

    Waits(QueueCalls calls, EventLoop loop, Time time, Logger log) {
        this.calls = calls;
        this.loop = loop;
        this.time = time;
        this.log = log;
    }

    /**
     * Called before a call that blocks; {@link #leave} must follow it.
     *
     * @param end when it is to be ended, on the monotonic clock, or {@link #NEVER}
     * @return false if there is to be no waiting any more
     */
    boolean enter(Wait wait, long end) throws IOException {
        Thread current = Thread.currentThread();
        if (wait.thread != current) {
            wait.threadId = calls.threadId();
            wait.thread = current;
        }
        synchronized (this) {
            if (closed || wait.cancelled) {
                return false;
            }
            wait.end = end;
            wait.inside = true;
            inside.add(wait);
            idle = false;
            if (ticking == null) {
                ticking = loop.timer(TICK, TICK, late -> tick());
            }
            if (end != NEVER && end - time.nanos() < TICK.toNanos()) {
                alarm(wait);
            }
        }
        return true;
    }

    /** The call has returned. */
    void leave(Wait wait) {
        EventLoop.Registration alarm;
        synchronized (this) {
            inside.remove(wait);
            wait.inside = false;
            alarm = wait.alarm;
            wait.alarm = null;
            notifyAll();
        }
        if (alarm != null) {
            alarm.close(); // not under the lock, which its handler takes
        }
    }

    private synchronized void tick() throws IOException {
        long now = time.nanos();
        for (Wait wait : inside) {
            if (wait.thread.isInterrupted()) {
                signal(wait);
            } else if (wait.end != NEVER && wait.end - now < TICK.toNanos()) {
                alarm(wait);
            }
        }
        if (inside.isEmpty() && idle) {
            ticking.close();
            ticking = null;
        }
        idle = inside.isEmpty();
    }

    private void alarm(Wait wait) throws IOException {
        if (wait.alarm == null) {
            Duration left = Duration.ofNanos(Math.max(0, wait.end - time.nanos()));
            wait.alarm = loop.timer(left, AGAIN, late -> ring(wait));
        }
    }

    private synchronized void ring(Wait wait) throws IOException {
        if (wait.inside && wait.alarm != null) {
            signal(wait);
        }
    }

    private void signal(Wait wait) throws IOException {
        calls.signal(wait.threadId, JvmSignal.NUMBER);
    }

    /** Ends a wait, and those that its thread would begin with it. Does not wait for that. */
    synchronized void cancel(Wait wait) throws IOException {
        wait.cancelled = true;
        if (wait.inside) {
            signal(wait);
        }
    }

    /** Ends all waits; when this returns nobody is in the kernel any more. */
    void close() throws IOException {
        EventLoop.Registration last;
        synchronized (this) {
            closed = true;
            last = ticking;
            ticking = null;
            awaitAll();
        }
        if (last != null) {
            last.close();
        }
    }

    private void awaitAll() throws IOException {
        boolean interrupted = false;
        long begin = System.nanoTime();
        while (!inside.isEmpty() && System.nanoTime() - begin < PATIENCE_NANOS) {
            for (Wait wait : inside) {
                signal(wait);
            }
            try {
                wait(AGAIN.toMillis());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (!inside.isEmpty()) {
            log.warn("{} threads are still waiting for a queue a second after its end", inside.size());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
