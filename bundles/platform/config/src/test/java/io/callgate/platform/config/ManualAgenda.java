// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** An agenda whose time passes when the test says so. */
final class ManualAgenda implements Agenda {

    private record Entry(long due, long order, Runnable work) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::order));
    private long now = 1_000_000_000L;
    private long order;

    @Override
    public void after(Duration delay, Runnable work) {
        entries.add(new Entry(now + delay.toNanos(), order++, work));
    }

    @Override
    public long now() {
        return now;
    }

    /** Lets time pass, and does what falls due in it. */
    void pass(Duration time) {
        long end = now + time.toNanos();
        while (!entries.isEmpty() && entries.peek().due <= end) {
            Entry next = entries.remove();
            now = Math.max(now, next.due);
            next.work.run();
        }
        now = end;
    }
}
