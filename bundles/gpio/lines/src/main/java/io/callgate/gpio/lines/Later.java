// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.linux.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.osgi.service.log.Logger;

/**
 * Runs things a while later, with one timer however many wait, and none if nothing waits. Exact to a tick: never too
 * early, and at most that much late. What runs is on the event loop and must not block. Thread safe.
 */
final class Later implements AutoCloseable {

    private static final int TICK_MILLIS = 250;
    private static final Duration TICK = Duration.ofMillis(TICK_MILLIS);

    private final EventLoop loop;
    private final Logger log;
    private final PriorityQueue<Due> waiting = new PriorityQueue<>(Comparator.comparingLong(Due::tick));
    private EventLoop.Registration timer; // while something waits
    private long now;
    private boolean closed;

    private record Due(long tick, Runnable task) {}

    Later(EventLoop loop, Logger log) {
        this.loop = loop;
        this.log = log;
    }

    /** Runs it once after so many milliseconds. */
    synchronized void run(int millis, Runnable task) {
        if (closed) {
            return;
        }
        long ticks = (millis + TICK_MILLIS - 1) / TICK_MILLIS;
        waiting.add(new Due(now + ticks + (timer == null ? 0 : 1), task)); // the running tick is not a whole one
        if (timer == null) {
            begin();
        }
    }

    private void begin() {
        try {
            timer = loop.timer(TICK, TICK, this::expired);
        } catch (IOException e) {
            log.error("no timer, so lines that wait may be late until the next begins to wait: {}", e.getMessage());
        }
    }

    private void expired(long ticks) {
        tick(ticks).forEach(Runnable::run);
    }

    private synchronized List<Runnable> tick(long ticks) {
        now += ticks;
        List<Runnable> due = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.peek().tick <= now) {
            due.add(waiting.remove().task);
        }
        if (waiting.isEmpty() && timer != null) {
            timer.close();
            timer = null;
        }
        return due;
    }

    /** Forgets what waits. */
    @Override
    public void close() {
        EventLoop.Registration ending;
        synchronized (this) {
            closed = true;
            waiting.clear();
            ending = timer;
            timer = null;
        }
        if (ending != null) {
            ending.close();
        }
    }
}
