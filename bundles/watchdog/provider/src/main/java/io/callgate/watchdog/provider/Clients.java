// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.watchdog.CheckIn;
import io.callgate.watchdog.HealthProbe;
import io.callgate.watchdog.WatchdogClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Constants;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.log.Logger;

/** The applications that are looked after, by the services they have registered. */
final class Clients {

    private static final long SHORTEST_DEADLINE = 1000;

    private final Liveness liveness;
    private final Pace pace;
    private final Logger log;
    private final Map<Object, Client> known = new HashMap<>(); // by service.id; guarded by this, as is the next
    private final Map<Client, Pace.Running> probers = new IdentityHashMap<>();

    Clients(Liveness liveness, Pace pace, Logger log) {
        this.liveness = liveness;
        this.pace = pace;
        this.log = log;
    }

    /** One that checks in by itself. */
    void add(WatchdogClient client, Map<String, Object> properties) {
        String name = name(client, properties);
        CheckIn checkIn;
        try {
            checkIn = client.checkIn();
        } catch (RuntimeException | LinkageError e) {
            log.warn("{} is not looked after: its checkIn() throws {}", name, e.toString());
            return;
        }
        if (checkIn == null) {
            log.warn("{} is not looked after: its checkIn() gives no handle to check in on", name);
            return;
        }
        watch(name, checkIn, properties);
    }

    /** One that is asked. */
    void add(HealthProbe probe, Map<String, Object> properties) {
        CheckIn checkIn = new CheckIn();
        watch(name(probe, properties), checkIn, properties).ifPresent(client -> {
            Pace.Running asking = Prober.begin(pace, probe, checkIn, client);
            synchronized (this) {
                probers.put(client, asking);
            }
        });
    }

    private Optional<Client> watch(String name, CheckIn checkIn, Map<String, Object> properties) {
        Object deadline = properties.get(WatchdogClient.DEADLINE);
        if (!(deadline instanceof Number millis) || millis.longValue() < SHORTEST_DEADLINE) {
            log.warn(
                    "{} is not looked after: its service property {} is {}, and must be a number of ms, at least {}",
                    name,
                    WatchdogClient.DEADLINE,
                    deadline,
                    SHORTEST_DEADLINE);
            return Optional.empty();
        }
        if (liveness.clients().stream().anyMatch(each -> each.id().name().equals(name))) {
            log.warn(
                    "{} is the name of two clients, of which one may be taken for the other: give each its own by {}",
                    name,
                    WatchdogClient.CLIENT);
        }
        Client.Id id = new Client.Id(
                name,
                properties.get(Constants.SERVICE_BUNDLEID) instanceof Long bundle ? bundle : Client.Id.UNKNOWN_BUNDLE,
                properties.getOrDefault(ComponentConstants.COMPONENT_NAME, "").toString());
        Client client = new Client(id, checkIn, Duration.ofMillis(millis.longValue()));
        liveness.add(client);
        synchronized (this) {
            known.put(properties.get(Constants.SERVICE_ID), client);
        }
        return Optional.of(client);
    }

    /** Its own word; otherwise its configuration's, which tells the instances of a factory apart; or what it is. */
    private static String name(Object service, Map<String, Object> properties) {
        for (String key : List.of(WatchdogClient.CLIENT, Constants.SERVICE_PID, ComponentConstants.COMPONENT_NAME)) {
            if (properties.get(key) instanceof String name) {
                return name;
            }
        }
        return service.getClass().getName();
    }

    /** Its service has gone. */
    void remove(Map<String, Object> properties) {
        Pace.Running asking;
        synchronized (this) {
            Client client = known.remove(properties.get(Constants.SERVICE_ID));
            if (client == null) {
                return; // it was never looked after
            }
            liveness.remove(client);
            asking = probers.remove(client);
        }
        if (asking != null) {
            asking.close();
        }
    }

    /** Nobody is asked any more. */
    void close() {
        List<Pace.Running> asking;
        synchronized (this) {
            asking = List.copyOf(probers.values());
            probers.clear();
        }
        asking.forEach(Pace.Running::close);
    }
}
