// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.resource.Broadcast;
import io.callgate.resource.Dispatcher;
import io.callgate.sysfs.Value;
import io.callgate.sysfs.ValueListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * All whiteboard listeners, and what each was told last.
 *
 * <p>A listener that does not keep up loses changes, but never the newest value: when it has caught up it is told of
 * that, with the number of those it missed. Nothing here waits for a listener.
 */
@Component(service = ValueListeners.class)
public final class ValueListeners {

    /** Values that may wait for one listener. */
    static final int BACKLOG = 64;

    /** Room for the word that an attribute has gone, which is never counted against the values. */
    private static final int FAREWELLS = 64;

    private static final String ANY = "*";
    private static final String ID = "service.id";

    private final Logger log;
    private final Broadcast<ValueListener> broadcast;

    private final Map<String, Present> present = new HashMap<>();
    private final Map<Object, Told> told = new ConcurrentHashMap<>();

    /** A value, and the attribute that may give the next: one that has gone may still have a reader inside. */
    private record Present(Object source, Value value, double deadband) {}

    /** What one listener knows. Guarded by the lock of all. */
    private static final class Told {
        private final List<String> names;
        private final double deadband;
        private final Map<String, Value> values = new HashMap<>();
        private final Map<String, Missed> missed = new HashMap<>();
        private int waiting;

        Told(List<String> names, double deadband) {
            this.names = names;
            this.deadband = deadband;
        }

        boolean wants(String name) {
            return names.contains(name) || names.contains(ANY);
        }
    }

    /** Changes of one attribute that a listener had no room for. */
    private record Missed(long count, Value last) {}

    /** Knows no listener yet. */
    @Activate
    public ValueListeners(@Reference Dispatcher dispatcher, @Reference(service = LoggerFactory.class) Logger log) {
        this.log = log;
        this.broadcast = new Broadcast<>(dispatcher, BACKLOG + FAREWELLS);
    }

    /** A listener has come: it is told of what is there. */
    @Reference(
            name = "listener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updated",
            unbind = "remove")
    public synchronized void add(ValueListener listener, Map<String, Object> properties) {
        List<String> names = Broadcast.names(properties, ValueListener.ATTRIBUTE);
        if (names.isEmpty()) {
            log.warn(
                    "listener {} has no service property {} and will not be called: name the attributes it wants",
                    listener.getClass().getName(),
                    ValueListener.ATTRIBUTE);
        }
        told.put(properties.get(ID), new Told(names, deadband(listener, properties)));
        broadcast.add(listener, properties);
        List.copyOf(present.keySet()).forEach(this::tell);
    }

    /** A listener has other properties: it is told anew. */
    public void updated(ValueListener listener, Map<String, Object> properties) {
        remove(listener, properties);
        add(listener, properties);
    }

    /** A listener has left. */
    public void remove(ValueListener listener, Map<String, Object> properties) {
        broadcast.remove(listener);
        told.remove(properties.get(ID));
    }

    /** No listener is called any more when this returns. */
    @Deactivate
    public void close() {
        broadcast.close();
    }

    private double deadband(ValueListener listener, Map<String, Object> properties) {
        Object deadband = properties.getOrDefault(ValueListener.DEADBAND, 0);
        double number = number(deadband.toString());
        if (number >= 0) {
            return number;
        }
        log.warn(
                "listener {} has the {} \"{}\", which is no number from 0 on: it is told of every change",
                listener.getClass().getName(),
                ValueListener.DEADBAND,
                deadband);
        return 0;
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** An attribute has come. */
    synchronized void begin(Object source, Value first, double deadband) {
        present.put(first.name(), new Present(source, first, deadband));
        tell(first.name());
    }

    /** An attribute was read. */
    synchronized void value(Object source, Value value, double deadband) {
        Present before = present.get(value.name());
        if (before != null && before.source == source) {
            present.put(value.name(), new Present(source, value, deadband));
            tell(value.name());
        }
    }

    /** An attribute has gone: those who knew it are told. */
    synchronized void gone(String name, String reason) {
        if (present.remove(name) != null) {
            broadcast.send(
                    properties -> {
                        Told listener = told.get(properties.get(ID));
                        if (listener == null) {
                            return false;
                        }
                        listener.missed.remove(name);
                        return listener.values.remove(name) != null;
                    },
                    (listener, lost) -> listener.gone(name, reason));
        }
    }

    private void tell(String name) {
        told.forEach((id, listener) -> tell(name, id, listener));
    }

    private void tell(String name, Object id, Told listener) {
        Present now = present.get(name);
        if (now == null || !isNews(listener, now)) {
            return;
        }
        if (listener.waiting >= BACKLOG) {
            miss(listener, now.value);
            return;
        }
        listener.waiting++;
        listener.values.put(name, now.value);
        Missed missed = listener.missed.remove(name);
        Value value = missed == null ? now.value : now.value.withLost(missed.count);
        broadcast.send(properties -> id.equals(properties.get(ID)), (to, lost) -> deliver(to, value, id, listener));
    }

    private static boolean isNews(Told listener, Present now) {
        String name = now.value.name();
        Value before = listener.values.get(name);
        return listener.wants(name)
                && (before == null || now.value.differs(before, Math.max(now.deadband, listener.deadband)));
    }

    /** A value that is read twice while there is no room is one change. */
    private static void miss(Told listener, Value value) {
        Missed before = listener.missed.get(value.name());
        if (before == null || value.differs(before.last, listener.deadband)) {
            listener.missed.put(value.name(), new Missed(before == null ? 1 : before.count + 1, value));
        }
    }

    private void deliver(ValueListener to, Value value, Object id, Told listener) throws Exception {
        try {
            to.changed(value);
        } finally {
            caughtUp(id, listener);
        }
    }

    private synchronized void caughtUp(Object id, Told listener) {
        listener.waiting--;
        if (told.get(id) == listener) {
            List.copyOf(listener.missed.keySet()).forEach(name -> tell(name, id, listener));
        }
    }
}
