// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.EventLoop;
import io.callgate.resource.Dispatcher;
import io.callgate.sysfs.Sensor;
import io.callgate.sysfs.ValueListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * Reads the sensors that somebody listens to, as often as the most impatient listener wants; all others are left alone.
 * The listeners are called by {@link ValueListeners}.
 */
@Component(service = {})
public final class SensorPoller {

    private static final Duration USUAL = Duration.ofSeconds(1);
    private static final String ID = "service.id";

    private final ValueListeners listeners;
    private final EventLoop loop;
    private final Dispatcher dispatcher;
    private final Logger log;

    private final Map<Object, Wish> wishes = new HashMap<>(); // guarded by this, as the next two
    private final Map<Object, Known> sensors = new HashMap<>();
    private final Map<Object, SensorPoll> polls = new HashMap<>();

    private record Wish(Selection wanted, Duration interval) {}

    private record Known(Sensor sensor, Subject subject) {}

    /** Reads nothing yet. */
    @Activate
    public SensorPoller(
            @Reference ValueListeners listeners,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.listeners = listeners;
        this.loop = loop;
        this.dispatcher = dispatcher;
        this.log = log;
    }

    /** A listener that wants sensors has come. */
    @Reference(
            name = "listener",
            target = "(" + ValueListener.SENSOR + "=*)",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "addListener",
            unbind = "removeListener")
    public void addListener(ValueListener listener, Map<String, Object> properties) {
        Wish wish = new Wish(Selection.of(properties), interval(listener, properties));
        synchronized (this) {
            wishes.put(properties.get(ID), wish);
        }
        adjust();
    }

    /** It has left. */
    public void removeListener(ValueListener listener, Map<String, Object> properties) {
        synchronized (this) {
            wishes.remove(properties.get(ID));
        }
        adjust();
    }

    /** A sensor has come. */
    @Reference(
            name = "sensor",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeSensor")
    public void addSensor(Sensor sensor, Map<String, Object> properties) {
        synchronized (this) {
            sensors.put(properties.get(ID), new Known(sensor, Subject.sensor(sensor.name(), properties)));
        }
        adjust();
    }

    /** It has gone. */
    public void removeSensor(Sensor sensor, Map<String, Object> properties) {
        SensorPoll ending;
        synchronized (this) {
            sensors.remove(properties.get(ID));
            ending = polls.remove(properties.get(ID));
        }
        if (ending != null) {
            ending.gone("its device has gone");
        }
    }

    private Duration interval(ValueListener listener, Map<String, Object> properties) {
        Object given = properties.get(ValueListener.INTERVAL);
        try {
            long millis = given == null ? USUAL.toMillis() : Long.parseLong(given.toString());
            if (millis > 0) {
                return Duration.ofMillis(millis);
            }
        } catch (NumberFormatException e) {
            log.debug("{} is no number", given);
        }
        log.warn(
                "listener {} has the {} \"{}\", which is no number of ms from 1 on: its sensors are read every {} ms",
                listener.getClass().getName(),
                ValueListener.INTERVAL,
                given,
                USUAL.toMillis());
        return USUAL;
    }

    /** Begins, hurries, slows or ends what is read. A poll is ended outside the lock: it waits for a driver. */
    private void adjust() {
        Map<Object, SensorPoll> ending = new HashMap<>();
        synchronized (this) {
            sensors.forEach((id, known) -> {
                Optional<Duration> interval = interval(known.subject);
                if (interval.isPresent()) {
                    polls.computeIfAbsent(id, absent -> poll(known)).every(interval.get());
                } else if (polls.containsKey(id)) {
                    ending.put(id, polls.remove(id));
                }
            });
        }
        ending.values().forEach(SensorPoll::forget);
    }

    private Optional<Duration> interval(Subject subject) {
        return wishes.values().stream()
                .filter(wish -> wish.wanted.matches(subject))
                .map(Wish::interval)
                .min(Duration::compareTo);
    }

    private SensorPoll poll(Known known) {
        return new SensorPoll(known.sensor, known.subject, listeners, loop, dispatcher, log);
    }

    /** Reads none any more. */
    @Deactivate
    public void close() {
        Map<Object, SensorPoll> ending;
        synchronized (this) {
            ending = new HashMap<>(polls);
            polls.clear();
            sensors.clear();
        }
        ending.values().forEach(poll -> poll.gone("its provider was stopped or updated"));
    }
}
