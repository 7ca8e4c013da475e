// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource.provider;

import io.callgate.resource.Dispatcher;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.osgi.service.log.Logger;

/**
 * One owner's queue: at most one thread works on it at a time, one task per turn, so that lanes take turns. A prompt one
 * lends the thread that offers for a task that need not wait.
 */
final class SerialLane implements Dispatcher.Lane {

    private static final long CLOSE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PROMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long NEVER_PROMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** A few milliseconds may be the machine's doing: a thread that was not scheduled, a collection. */
    private static final int SLOW_CALLS = 3;

    private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String owner;
    private final int capacity;
    private final Executor executor;
    private final Logger log;
    private final LongSupplier nanoTime;
    private volatile boolean prompt;
    private int slowCalls;

    private final Deque<Dispatcher.Task> waiting = new ArrayDeque<>();
    private Thread running;
    private boolean scheduled;
    private boolean closed;
    private long failures;
    private long loggedAt;

    SerialLane(String owner, int capacity, boolean prompt, Executor executor, Logger log, LongSupplier nanoTime) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a lane holds at least 1 task, not " + capacity);
        }
        this.owner = owner;
        this.capacity = capacity;
        this.prompt = prompt;
        this.executor = executor;
        this.log = log;
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean offer(Dispatcher.Task task) {
        if (prompt && isMine()) {
            doAtOnce(task);
            return true;
        }
        return add(task);
    }

    /** True if this thread may work on it: nothing waits, nobody else does. */
    private synchronized boolean isMine() {
        if (closed || scheduled) {
            return false;
        }
        scheduled = true;
        running = Thread.currentThread();
        return true;
    }

    /** The thread is lent: it goes back as it came, whatever the task does. */
    private void doAtOnce(Dispatcher.Task task) {
        boolean interrupted = Thread.currentThread().isInterrupted();
        long begin = nanoTime.getAsLong();
        try {
            perform(task);
        } catch (Error e) {
            failed(e);
        }
        if (!interrupted) {
            Thread.interrupted();
        }
        judge(nanoTime.getAsLong() - begin);
        end();
    }

    private void judge(long took) {
        if (took <= PROMPT_NANOS) {
            return;
        }
        slowCalls++;
        if (slowCalls >= SLOW_CALLS || took > NEVER_PROMPT_NANOS) {
            prompt = false;
            log.warn(
                    "{} took {} ms: it is not prompt, and called on a thread of its own from now on",
                    owner,
                    TimeUnit.NANOSECONDS.toMillis(took));
        }
    }

    private synchronized boolean add(Dispatcher.Task task) {
        if (closed || waiting.size() >= capacity) {
            return false;
        }
        waiting.add(task);
        if (!scheduled) {
            schedule();
        }
        return !closed;
    }

    private void schedule() {
        scheduled = true;
        try {
            executor.execute(this::turn);
        } catch (RejectedExecutionException stopping) {
            closed = true;
            waiting.clear();
        }
    }

    private void turn() {
        Dispatcher.Task task = begin();
        if (task != null) {
            try {
                perform(task);
            } finally {
                end();
            }
        }
    }

    /** By whoever is {@link #running}. */
    private void perform(Dispatcher.Task task) {
        try {
            task.run();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (Exception | LinkageError e) {
            failed(e);
        }
    }

    private synchronized Dispatcher.Task begin() {
        Dispatcher.Task task = waiting.poll();
        if (task == null) {
            scheduled = false;
        } else {
            running = Thread.currentThread();
        }
        return task;
    }

    private synchronized void end() {
        running = null;
        scheduled = false;
        if (!waiting.isEmpty()) {
            schedule();
        }
        notifyAll();
    }

    private void failed(Throwable e) {
        failures++;
        long now = System.nanoTime();
        if (failures == 1 || now - loggedAt > LOG_INTERVAL_NANOS) {
            loggedAt = now;
            log.warn("{} failed ({} times so far): {}", owner, failures, e.toString(), e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        waiting.clear();
        long end = System.nanoTime() + CLOSE_WAIT_NANOS;
        try {
            while (running != null && running != Thread.currentThread()) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    log.warn("{} is still in a call a second after it left", owner);
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
