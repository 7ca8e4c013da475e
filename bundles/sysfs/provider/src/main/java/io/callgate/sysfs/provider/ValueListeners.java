// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

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
 * that, with the number of those it missed. Nothing here waits for a listener, but for one that leaves. Listeners are
 * known by {@code service.id}: an object that is registered twice is two.
 */
@Component(service = ValueListeners.class)
public final class ValueListeners {

    /** Values that may wait for one listener. */
    static final int BACKLOG = 64;

    /**
     * What waits is bounded here, not by the lane: values by the backlog, and the word that something has gone, which
     * must not be lost, by the values that were told of it before.
     */
    private static final int LANE = Integer.MAX_VALUE;

    private static final String ID = "service.id";

    private final Dispatcher dispatcher;
    private final Logger log;

    private final Map<Subject, Present> present = new HashMap<>();
    private final Map<Object, Told> told = new ConcurrentHashMap<>();

    /** A value, and the one who may give the next: an attribute that has gone may still have a reader inside. */
    private record Present(Object source, Value value, double deadband) {}

    /** One registration of a listener, and what it knows. Guarded by the lock of all. */
    private static final class Told {
        private final ValueListener listener;
        private final Dispatcher.Lane lane;
        private final Selection wanted;
        private final double deadband;
        private final Map<Subject, Value> values = new HashMap<>();
        private final Map<Subject, Missed> missed = new HashMap<>();
        private int waiting;

        Told(ValueListener listener, Dispatcher.Lane lane, Selection wanted, double deadband) {
            this.listener = listener;
            this.lane = lane;
            this.wanted = wanted;
            this.deadband = deadband;
        }
    }

    /** Changes of one subject that a listener had no room for. */
    private record Missed(long count, Value last) {}

    /** Knows no listener yet. */
    @Activate
    public ValueListeners(@Reference Dispatcher dispatcher, @Reference(service = LoggerFactory.class) Logger log) {
        this.dispatcher = dispatcher;
        this.log = log;
    }

    /** A listener has come: it is told of what is there. */
    @Reference(
            name = "listener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updated",
            unbind = "remove")
    public synchronized void add(ValueListener listener, Map<String, Object> properties) {
        Selection wanted = wanted(listener, properties);
        Dispatcher.Lane lane = dispatcher.lane(listener.getClass().getName(), LANE);
        Told added = new Told(listener, lane, wanted, deadband(listener, properties));
        told.put(properties.get(ID), added);
        List.copyOf(present.keySet()).forEach(subject -> tell(subject, added));
    }

    private Selection wanted(ValueListener listener, Map<String, Object> properties) {
        Selection wanted = Selection.of(properties);
        String name = listener.getClass().getName();
        wanted.mistakes().forEach(mistake -> log.warn("listener {}: {}: {}", name, ValueListener.SENSOR, mistake));
        if (wanted.isEmpty()) {
            log.warn(
                    "listener {} has no service property {} or {} and will not be called: name what it wants",
                    name,
                    ValueListener.ATTRIBUTE,
                    ValueListener.SENSOR);
        }
        return wanted;
    }

    /** A listener has other properties: it is told anew. */
    public void updated(ValueListener listener, Map<String, Object> properties) {
        remove(listener, properties);
        add(listener, properties);
    }

    /** A listener has left; it is not called any more when this returns. */
    public void remove(ValueListener listener, Map<String, Object> properties) {
        remove(properties.get(ID));
    }

    /** Not under the lock, which a call that is being made may want. */
    private void remove(Object id) {
        Told leaving = told.remove(id);
        if (leaving != null) {
            leaving.lane.close();
        }
    }

    /** No listener is called any more when this returns. */
    @Deactivate
    public void close() {
        List.copyOf(told.keySet()).forEach(this::remove);
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

    /** An attribute has come, or a sensor that somebody listens to. */
    synchronized void begin(Subject subject, Object source, Value first, double deadband) {
        present.put(subject, new Present(source, first, deadband));
        tell(subject);
    }

    /** It was read. */
    synchronized void value(Subject subject, Object source, Value value, double deadband) {
        Present before = present.get(subject);
        if (before != null && before.source == source) {
            present.put(subject, new Present(source, value, deadband));
            tell(subject);
        }
    }

    /** It has gone: those who knew it are told. */
    synchronized void gone(Subject subject, String reason) {
        if (present.remove(subject) != null) {
            told.values().forEach(listener -> farewell(subject, reason, listener));
        }
    }

    /** It is still there, but nobody listens any more. */
    synchronized void forget(Subject subject, Object source) {
        if (present.containsKey(subject) && present.get(subject).source == source) {
            present.remove(subject);
            told.values().forEach(listener -> listener.values.remove(subject));
        }
    }

    private static void farewell(Subject subject, String reason, Told to) {
        to.missed.remove(subject);
        if (to.values.remove(subject) != null) {
            to.lane.offer(() -> to.listener.gone(subject.name(), reason));
        }
    }

    private void tell(Subject subject) {
        told.values().forEach(listener -> tell(subject, listener));
    }

    private void tell(Subject subject, Told to) {
        Present now = present.get(subject);
        if (now == null || !isNews(to, subject, now)) {
            return;
        }
        if (to.waiting >= BACKLOG) {
            miss(to, subject, now.value);
            return;
        }
        to.values.put(subject, now.value);
        Missed missed = to.missed.remove(subject);
        Value value = missed == null ? now.value : now.value.withLost(missed.count);
        to.waiting++; // undone by the delivery; a lane that refuses it is closed, and its listener has left
        to.lane.offer(() -> deliver(value, to));
    }

    private static boolean isNews(Told listener, Subject subject, Present now) {
        Value before = listener.values.get(subject);
        return listener.wanted.matches(subject)
                && (before == null || now.value.differs(before, Math.max(now.deadband, listener.deadband)));
    }

    /** A value that is read twice while there is no room is one change. */
    private static void miss(Told listener, Subject subject, Value value) {
        Missed before = listener.missed.get(subject);
        if (before == null || value.differs(before.last, listener.deadband)) {
            listener.missed.put(subject, new Missed(before == null ? 1 : before.count + 1, value));
        }
    }

    private void deliver(Value value, Told to) throws Exception {
        try {
            to.listener.changed(value);
        } finally {
            caughtUp(to);
        }
    }

    private synchronized void caughtUp(Told listener) {
        listener.waiting--;
        List.copyOf(listener.missed.keySet()).forEach(subject -> tell(subject, listener));
    }
}
