// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.Device;
import io.callgate.device.DeviceReadyListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Ready;
import io.callgate.resource.Broadcast;
import io.callgate.resource.Dispatcher;
import java.util.Collection;
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

/** All whiteboard listeners, and the devices that are there: {@link Readiness} brings the two together. */
@Component(service = ReadyListeners.class)
public final class ReadyListeners {

    /** A listener waits for each of its devices once at most, so that is what bounds its lane. */
    private static final int LANE = Integer.MAX_VALUE;

    private static final String ID = "service.id";

    private final EventLoop loop;
    private final Dispatcher dispatcher;
    private final Logger log;
    private final Map<Object, Told> told = new ConcurrentHashMap<>();
    private final Map<Device, Readiness> present = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** One registration of a listener. */
    record Told(DeviceReadyListener listener, Dispatcher.Lane lane, List<String> names, int events) {

        boolean wants(Device device) {
            return names.contains(device.name());
        }
    }

    /** Knows nobody yet. */
    @Activate
    public ReadyListeners(
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.loop = loop;
        this.dispatcher = dispatcher;
        this.log = log;
    }

    /** A listener has come. */
    @Reference(
            name = "listener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updated",
            unbind = "remove")
    public void add(DeviceReadyListener listener, Map<String, Object> properties) {
        List<String> names = Broadcast.names(properties, DeviceReadyListener.DEVICE);
        String owner = listener.getClass().getName();
        if (names.isEmpty()) {
            log.warn(
                    "listener {} has no service property {} and will not be called: name the devices it wants",
                    owner,
                    DeviceReadyListener.DEVICE);
        }
        int events = events(owner, Broadcast.names(properties, DeviceReadyListener.EVENTS));
        told.put(properties.get(ID), new Told(listener, dispatcher.lane(owner, LANE), names, events));
        present.values().forEach(Readiness::listenersChanged);
    }

    private int events(String owner, List<String> words) {
        int events = 0;
        for (String word : words) {
            switch (word) {
                case "in" -> events |= Ready.IN;
                case "pri" -> events |= Ready.PRI;
                case "out" -> events |= Ready.OUT;
                default ->
                    log.warn(
                            "listener {} has \"{}\" in {}, which is none of in, pri and out: it is ignored",
                            owner,
                            word,
                            DeviceReadyListener.EVENTS);
            }
        }
        return events == 0 ? Ready.IN : events;
    }

    /** A listener has other properties. */
    public void updated(DeviceReadyListener listener, Map<String, Object> properties) {
        remove(listener, properties);
        add(listener, properties);
    }

    /** A listener has left; it is not called any more when this returns. */
    public void remove(DeviceReadyListener listener, Map<String, Object> properties) {
        Told leaving = told.remove(properties.get(ID));
        if (leaving != null) {
            leaving.lane.close();
            if (!closed) {
                present.values().forEach(readiness -> readiness.left(leaving));
            }
        }
    }

    /** Nobody is called any more when this returns. */
    @Deactivate
    public void close() {
        closed = true;
        present.values().forEach(Readiness::close);
        told.values().forEach(each -> each.lane.close());
    }

    /** A device has come. */
    void came(Device device) {
        Readiness readiness = new Readiness(device, loop, log, () -> listening(device));
        present.put(device, readiness);
        readiness.listenersChanged();
    }

    /** A device is leaving; its descriptor is waited for no more when this returns. */
    void gone(Device device) {
        Readiness leaving = present.remove(device);
        if (leaving != null) {
            leaving.close();
        }
    }

    private Collection<Told> listening(Device device) {
        return told.values().stream().filter(each -> each.wants(device)).toList();
    }
}
