// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * All configured lines, and what they share, so that ten thousand of them need no thread, timer or lane each: the chips,
 * the listeners, one timer, and a lane for each chip that a configuration names.
 *
 * <p>Work that may take a driver's time is done in these lanes: a chip behind a slow bus delays its own lines only.
 */
@Component(service = Lines.class)
public final class Lines {

    /** Every line asks for its turn once at a time, so what waits in a lane is bounded by their number. */
    private static final int LANE = Integer.MAX_VALUE;

    private final Chips chips;
    private final EdgeListeners listeners;
    private final EventLoop loop;
    private final Dispatcher dispatcher;
    private final Duration handover;
    private final Logger log;
    private final Later later;
    private final BusyLines busy;
    private final Map<String, Dispatcher.Lane> lanes = new ConcurrentHashMap<>(); // by the configured chip
    private final Map<String, LineLife<?>> configured = new ConcurrentHashMap<>(); // by PID

    /** Has no lines yet. */
    @Activate
    public Lines(
            BundleContext context,
            @Reference Chips chips,
            @Reference EdgeListeners listeners,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference KeptHandles kept,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.chips = chips;
        this.listeners = listeners;
        this.loop = loop;
        this.dispatcher = dispatcher;
        this.handover = kept.handover();
        this.log = log;
        this.later = new Later(loop, log);
        this.busy = new BusyLines(context);
    }

    /** All lines have left before. */
    @Deactivate
    public void stop() {
        later.close();
        busy.close();
        lanes.values().forEach(Dispatcher.Lane::close);
    }

    /** Begins a life, which is known to the commands until it ends. */
    <S> LineLife<S> begin(ConfiguredResource resource, LineKind<S> kind) {
        LineLife<S> life = new LineLife<>(resource, kind, this);
        configured.put(resource.status().pid(), life);
        return life;
    }

    void ended(LineLife<?> life) {
        configured.remove(life.status().pid(), life);
    }

    /** All that are configured, by name. */
    List<LineLife<?>> all() {
        return configured.values().stream()
                .sorted(Comparator.comparing(each -> each.status().name()))
                .toList();
    }

    Chips chips() {
        return chips;
    }

    EdgeListeners listeners() {
        return listeners;
    }

    EventLoop loop() {
        return loop;
    }

    /** How long a backend's successor may take, until its lines are released. */
    Duration handover() {
        return handover;
    }

    Logger log() {
        return log;
    }

    Later later() {
        return later;
    }

    BusyLines busy() {
        return busy;
    }

    /** @param chip as a configuration names it; empty if it names none */
    Dispatcher.Lane lane(String chip) {
        return lanes.computeIfAbsent(
                chip, key -> dispatcher.blockingLane("gpio lines" + (key.isEmpty() ? "" : " of " + key), LANE));
    }
}
