// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time stands still until the test moves it; everything happens on the test's thread, in {@link #run}. */
final class TestAgenda implements Agenda {

    private record Entry(long due, long order, Runnable task) {}

    private final List<Entry> entries = new ArrayList<>();
    private long now = 1;
    private long order;

    @Override
    public void execute(Runnable task) {
        after(Duration.ZERO, task);
    }

    @Override
    public synchronized Later after(Duration delay, Runnable task) {
        Entry entry = new Entry(now + delay.toNanos(), order++, task);
        entries.add(entry);
        return () -> cancel(entry);
    }

    private synchronized void cancel(Entry entry) {
        entries.remove(entry);
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    /** Does everything that is due. */
    void run() {
        advance(Duration.ZERO);
    }

    /** Lets time pass, and does what is due in it, in order. */
    void advance(Duration time) {
        long until = nanoTime() + time.toNanos();
        for (Entry next = take(until); next != null; next = take(until)) {
            next.task().run();
        }
        synchronized (this) {
            now = until;
        }
    }

    private synchronized Entry take(long until) {
        Entry next = entries.stream()
                .filter(entry -> entry.due() <= until)
                .min(Comparator.comparing(Entry::due).thenComparing(Entry::order))
                .orElse(null);
        if (next != null) {
            entries.remove(next);
            now = Math.max(now, next.due());
        }
        return next;
    }

    /** How much is yet to be done. */
    synchronized int size() {
        return entries.size();
    }

    @Override
    public synchronized void close() {
        entries.clear();
    }
}
