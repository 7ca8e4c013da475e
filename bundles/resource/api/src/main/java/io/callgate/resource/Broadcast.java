// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Sends events of a broadcast source to every whiteboard listener that wants them, through a bounded lane each. What
 * does not fit is counted, but for the newest, which waits for its place: it says how many were lost before it, also if
 * nothing comes after it.
 *
 * <p>Thread safe; {@link #send} never blocks. Bind it to a dynamic, multiple reference: {@link #add} and
 * {@link #remove} are the bind and unbind methods' bodies. A listener is known by its {@code service.id}: an object that
 * is registered twice is two listeners, each with its own properties and lane.
 *
 * @param <L> the listener's type
 */
public final class Broadcast<L> implements AutoCloseable {

    /** Calls one listener with one event. */
    @FunctionalInterface
    public interface Delivery<L> {

        /** @param lost events that were dropped for this listener before this one */
        void to(L listener, long lost) throws Exception;
    }

    private static final String ID = "service.id";

    private final Dispatcher dispatcher;
    private final int capacity;
    private final List<Member<L>> members = new CopyOnWriteArrayList<>();

    /** @param capacity events that may wait for one listener */
    public Broadcast(Dispatcher dispatcher, int capacity) {
        this.dispatcher = dispatcher;
        this.capacity = capacity;
    }

    /** Adds a listener with its service properties, of which {@code service.id} is needed. */
    public void add(L listener, Map<String, ?> properties) {
        Object id = id(properties);
        Dispatcher.Lane lane = dispatcher.lane(listener.getClass().getName(), capacity);
        members.add(new Member<>(id, listener, Map.copyOf(properties), lane));
    }

    /**
     * Removes a listener, as it was added under its {@code service.id}; it is not called any more for that when this
     * returns (see {@link Dispatcher.Lane#close}).
     */
    public void remove(L listener, Map<String, ?> properties) {
        Object id = id(properties);
        for (Member<L> member : members) {
            if (member.id.equals(id) && member.listener == listener) {
                remove(member);
            }
        }
    }

    private void remove(Member<L> member) {
        members.remove(member);
        member.lane.close();
    }

    private static Object id(Map<String, ?> properties) {
        Object id = properties.get(ID);
        if (id == null) {
            throw new IllegalArgumentException("a listener is known by its service.id, there is none in " + properties);
        }
        return id;
    }

    /**
     * Sends an event.
     *
     * @param to chooses listeners by their service properties
     */
    public void send(Predicate<Map<String, ?>> to, Delivery<L> delivery) {
        for (Member<L> member : members) {
            if (to.test(member.properties)) {
                member.send(delivery);
            }
        }
    }

    /** True if nobody listens: then there is no need to look. */
    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** Removes all listeners. */
    @Override
    public void close() {
        members.forEach(this::remove);
    }

    /**
     * The names that a listener's service property holds: a String, a String array or a collection; empty if absent.
     */
    public static List<String> names(Map<String, ?> properties, String key) {
        Object value = properties.get(key);
        List<String> names = new ArrayList<>();
        if (value instanceof Object[] array) {
            for (Object each : array) {
                names.add(String.valueOf(each));
            }
        } else if (value instanceof Iterable<?> many) {
            many.forEach(each -> names.add(String.valueOf(each)));
        } else if (value != null) {
            names.add(value.toString());
        }
        return names;
    }

    /** One registration of a listener. */
    private static final class Member<L> {

        private final Object id;
        private final L listener;
        private final Map<String, ?> properties;
        private final Dispatcher.Lane lane;
        private Delivery<L> newest; // of those that did not fit; null if all have; guarded by this
        private long lost; // before it; guarded by this

        Member(Object id, L listener, Map<String, ?> properties, Dispatcher.Lane lane) {
            this.id = id;
            this.listener = listener;
            this.properties = properties;
            this.lane = lane;
        }

        synchronized void send(Delivery<L> delivery) {
            place();
            if (newest != null) {
                lost++;
                newest = delivery;
            } else if (!offer(delivery, 0)) {
                newest = delivery;
            }
        }

        private boolean offer(Delivery<L> delivery, long before) {
            return lane.offer(() -> {
                try {
                    delivery.to(listener, before);
                } finally {
                    place();
                }
            });
        }

        /** What has waited for a place comes before all that is newer. */
        private synchronized void place() {
            if (newest != null && offer(newest, lost)) {
                newest = null;
                lost = 0;
            }
        }
    }
}
