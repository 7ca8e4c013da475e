// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource.provider;

import io.callgate.resource.Dispatcher;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.osgi.service.log.Logger;

/** One owner's queue: at most one thread works on it at a time, one task per turn, so that lanes take turns. */
final class SerialLane implements Dispatcher.Lane {

    private static final long CLOSE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String owner;
    private final int capacity;
    private final Executor executor;
    private final Logger log;

    private final Deque<Dispatcher.Task> waiting = new ArrayDeque<>();
    private Thread running;
    private boolean scheduled;
    private boolean closed;
    private long failures;
    private long loggedAt;

    SerialLane(String owner, int capacity, Executor executor, Logger log) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a lane holds at least 1 task, not " + capacity);
        }
        this.owner = owner;
        this.capacity = capacity;
        this.executor = executor;
        this.log = log;
    }

    @Override
    public synchronized boolean offer(Dispatcher.Task task) {
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
        if (task == null) {
            return;
        }
        try {
            task.run();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (Exception | LinkageError e) {
            failed(e);
        } finally {
            end();
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
