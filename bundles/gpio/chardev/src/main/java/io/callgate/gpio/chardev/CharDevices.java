// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.LineChangeListener;
import io.callgate.linux.DeviceListener;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxWaiting;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.Settling;
import io.callgate.resource.Settlings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * The backend: a service for every chip that has a character device, while the kernel has it.
 *
 * <p>The event loop only says that there is something to do. Opening chips, which asks drivers, registering and
 * unregistering services, which calls whoever listens, and watching lines is done in a lane, one after the other:
 * there what is there is compared with what is served. When it stops, for whatever reason, requests are left to whoever
 * comes; only their owners release lines.
 */
@Component(
        service = {},
        immediate = true)
public final class CharDevices implements DeviceListener {

    private final BundleContext context;
    private final Door door;
    private final Logger log;
    private final ChangeListeners listeners;
    private final Dispatcher.Lane lane;
    private final Settlings settlings;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final Map<Path, Place> there = new ConcurrentHashMap<>(); // by the path in /sys
    private final Map<Place, CharDeviceChip> served = new ConcurrentHashMap<>();
    private final Map<CharDeviceChip, IOException> hungUp = new ConcurrentHashMap<>();
    private final AtomicReference<EventLoop.Registration> retry = new AtomicReference<>();
    private final EventLoop.Registration following;
    private volatile boolean closed;

    /** Begins to look for chips. */
    @Activate
    public CharDevices(
            BundleContext context,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory,
            @Reference LinuxWaiting waiting,
            @Reference EventLoop loop,
            @Reference KernelDevices devices,
            @Reference KeptHandles kept,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this.context = context;
        this.door = new Door(files, memory, waiting, loop, kept, log);
        this.log = log;
        this.listeners = new ChangeListeners(dispatcher);
        this.lane = dispatcher.blockingLane("gpio character devices", 1);
        this.settlings = new Settlings(context, settled -> ask());
        this.following = devices.follow("gpio", this);
    }

    /** A listener has come: lines that it wants are watched from now on. */
    @Reference(
            name = "listener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updated",
            unbind = "remove")
    public void add(LineChangeListener listener, Map<String, Object> properties) {
        listeners.add(listener, properties);
        ask();
    }

    /** A listener wants other lines. */
    public void updated(LineChangeListener listener, Map<String, Object> properties) {
        listeners.remove(listener, properties);
        add(listener, properties);
    }

    /** A listener has left; it is not called any more when this returns. */
    public void remove(LineChangeListener listener, Map<String, Object> properties) {
        listeners.remove(listener, properties);
        ask();
    }

    /** Chips have nodes; the sysfs class interface has devices of the same subsystem without. */
    @Override
    public void added(KernelDevice device) {
        device.node().ifPresent(node -> {
            Settling settling = settlings.next(device.sysPath().getParent().toString());
            Place before = there.put(device.sysPath(), new Place(device.name(), node, settling));
            if (before != null) {
                before.goes();
            }
            ask();
        });
    }

    @Override
    public void changed(KernelDevice device) {
        if (there.containsKey(device.sysPath())) {
            ask(); // udev may have set the node's mode
        }
    }

    @Override
    public void removed(KernelDevice device) {
        Place gone = there.remove(device.sysPath());
        if (gone != null) {
            gone.goes();
            ask();
        }
    }

    /** Asked for twice before it is done, it is done once. */
    private void ask() {
        if (asked.compareAndSet(false, true) && !lane.offer(this::reconcile)) {
            asked.set(false); // closed
        }
    }

    private void reconcile() {
        asked.set(false); // what happens from here on may come too late for this time
        List.copyOf(served.keySet()).forEach(this::loseIfGone);
        Duration again = Duration.ZERO;
        for (Place place : there.values()) {
            if (!served.containsKey(place) && !closed && !isHeld(place) && !serve(place)) {
                again = again.isZero() || place.delay().compareTo(again) < 0 ? place.delay() : again;
            }
        }
        hungUp.keySet().retainAll(served.values());
        served.values().forEach(this::watch);
        retryAfter(again);
    }

    private void loseIfGone(Place place) {
        CharDeviceChip chip = served.get(place);
        IOException reason = chip == null ? null : hungUp.remove(chip);
        boolean isThere = there.containsValue(place);
        if (reason == null && isThere || !served.remove(place, chip)) {
            return; // or it has been left meanwhile
        }
        log.info("{} ({}) has gone", chip.name(), chip.label());
        chip.gone(reason == null ? place.gone() : reason);
    }

    private boolean isHeld(Place place) {
        boolean held = place.isHeld();
        if (held) {
            place.held().ifPresent(log::info);
        }
        return held;
    }

    private boolean serve(Place place) {
        try {
            CharDeviceChip chip = new CharDeviceChip(door, place.node(), listeners::send, this::hungUp);
            publish(place, chip);
            log.info("{} ({}, {} lines) is served", chip.name(), chip.label(), chip.lineCount());
            return true;
        } catch (IOException e) {
            place.failed(e).ifPresent(log::warn);
            return false;
        }
    }

    private void publish(Place place, CharDeviceChip chip) throws IOException {
        served.put(place, chip);
        boolean published = false;
        try {
            place.check(chip.name());
            chip.publish(context);
            published = true;
        } finally {
            if (!published || closed) {
                abandon(place);
            }
        }
    }

    /** On the event loop. */
    private void hungUp(CharDeviceChip chip, IOException reason) {
        hungUp.put(chip, reason);
        ask();
    }

    private void watch(CharDeviceChip chip) {
        try {
            chip.watch(listeners.wanted(chip));
        } catch (IOException e) {
            if (!isGone(e)) {
                log.warn("{} may not tell of all changes of its lines: {}", chip.name(), e.getMessage());
            }
        }
    }

    /** Then that is what will be told in a moment. */
    private static boolean isGone(IOException e) {
        return e instanceof ErrnoException errno && errno.is(Errno.ENODEV);
    }

    private void retryAfter(Duration delay) {
        endRetry();
        if (delay.isZero() || closed) {
            return;
        }
        try {
            retry.set(door.loop().timer(delay, Duration.ZERO, late -> ask()));
        } catch (IOException e) {
            log.error("Chips that cannot be opened are not tried again before the kernel announces something", e);
        }
        if (closed) {
            endRetry();
        }
    }

    private void endRetry() {
        EventLoop.Registration timer = retry.getAndSet(null);
        if (timer != null) {
            timer.close();
        }
    }

    private void abandon(Place place) {
        CharDeviceChip chip = served.remove(place);
        if (chip != null) {
            chip.leave();
        }
    }

    /** Whatever the reason: all requests are left, and their owners told. */
    @Deactivate
    public void close() {
        closed = true;
        following.close();
        lane.close();
        endRetry();
        List.copyOf(served.keySet()).forEach(this::abandon);
        listeners.close();
    }
}
