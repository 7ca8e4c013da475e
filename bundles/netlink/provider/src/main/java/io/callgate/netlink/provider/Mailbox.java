// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.netlink.EntryListener;
import io.callgate.netlink.NetworkEntry;
import io.callgate.resource.Dispatcher;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * What one listener is still to be told, and what it was told: news wait here, in order, and are told in the listener's lane.
 *
 * <p>When too many wait they are dropped, and in their place stand the loss and the table as it is now, from which the listener is told
 * the difference to what it knows. So it may miss what came and went, but is never left with a state that is not the kernel's. News come
 * from the event loop, in order; the rest is thread safe.
 */
final class Mailbox<T extends NetworkEntry> {

    private static final int CAPACITY = 4096;

    /** Something to be told. */
    private interface News {
        void tell();
    }

    /** By what a listener is known to our successor: its service.id. */
    static final long UNKNOWN = -1;

    private final long id;
    private final EntryListener<? super T> listener;
    private final Predicate<T> filter;
    private final Dispatcher.Lane lane;
    private final int capacity;
    private Map<Object, T> told; // in the lane; null until the first list
    private final Queue<News> waiting = new ArrayDeque<>(); // guarded by this
    private boolean telling; // guarded by this: a turn is in the lane
    private boolean closed; // guarded by this

    /** @param id {@link #UNKNOWN} for one that will not be there after an update of this bundle */
    Mailbox(long id, EntryListener<? super T> listener, Predicate<T> filter, Dispatcher dispatcher) {
        this(id, listener, filter, dispatcher, CAPACITY);
    }

    Mailbox(long id, EntryListener<? super T> listener, Predicate<T> filter, Dispatcher dispatcher, int capacity) {
        this.id = id;
        this.listener = listener;
        this.filter = filter;
        this.lane = dispatcher.lane(listener.getClass().getName(), 1);
        this.capacity = capacity;
    }

    long id() {
        return id;
    }

    /** The table as it is: what the listener begins with. */
    void existing(Collection<T> entries) {
        List<T> now = List.copyOf(entries);
        add(() -> begin(now));
    }

    /** A change; one of the two is null if it came or went. */
    void changed(T before, T now, Collection<T> table) {
        T either = now == null ? before : now;
        long lost = tooMany();
        if (lost == 0) {
            add(() -> change(either.key(), now));
            return;
        }
        List<T> all = List.copyOf(table);
        add(() -> listener.overrun(lost));
        add(() -> difference(all));
    }

    /** How many have been dropped to make room, this one included; 0 if there is room. */
    private synchronized long tooMany() {
        if (waiting.size() < capacity) {
            return 0;
        }
        long lost = waiting.size() + 1L;
        waiting.clear();
        return lost;
    }

    /** The kernel dropped events: the differences follow as changes. */
    void overrun(long events) {
        add(() -> listener.overrun(events));
    }

    private synchronized void add(News news) {
        if (closed) {
            return;
        }
        waiting.add(news);
        if (!telling) {
            askForTurn();
        }
    }

    /** Under the monitor. The turn may come within this call. */
    private void askForTurn() {
        telling = true;
        if (!lane.offer(this::turn)) {
            telling = false; // the lane is closed
        }
    }

    /** One of them in each turn, so that a listener that throws is logged and misses no other. */
    private void turn() {
        News next;
        synchronized (this) {
            next = waiting.poll();
        }
        try {
            if (next != null) {
                next.tell();
            }
        } finally {
            synchronized (this) {
                telling = false;
                if (!closed && !waiting.isEmpty()) {
                    askForTurn();
                }
                if (!telling) {
                    notifyAll();
                }
            }
        }
    }

    private void begin(List<T> entries) {
        told = new LinkedHashMap<>();
        for (T each : entries) {
            if (filter.test(each)) {
                told.put(each.key(), each);
            }
        }
        listener.existing(List.copyOf(told.values()));
    }

    /** What was to be told first may have been dropped. */
    private void difference(List<T> table) {
        if (told == null) {
            begin(table);
            return;
        }
        Map<Object, T> now = new LinkedHashMap<>();
        table.forEach(each -> now.put(each.key(), each));
        for (Object key : List.copyOf(told.keySet())) {
            if (!now.containsKey(key)) {
                change(key, null);
            }
        }
        now.forEach(this::change);
    }

    private void change(Object key, T now) {
        if (told == null) {
            return; // the list is still to come
        }
        boolean wanted = now != null && filter.test(now);
        T before = wanted ? told.put(key, now) : told.remove(key);
        if (wanted && before == null) {
            listener.added(now);
        } else if (wanted && !before.equals(now)) {
            listener.changed(before, now);
        } else if (!wanted && before != null) {
            listener.removed(before);
        }
    }

    /** Waits until all is told. Returns how many are not after the limit. */
    synchronized long flush(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (telling) {
            long left = (end - System.nanoTime() + 999_999) / 1_000_000;
            if (left <= 0) {
                return waiting.size() + 1L;
            }
            wait(left);
        }
        return 0;
    }

    /** Tells nothing more. */
    void close() {
        synchronized (this) {
            closed = true;
            waiting.clear();
        }
        lane.close();
    }
}
