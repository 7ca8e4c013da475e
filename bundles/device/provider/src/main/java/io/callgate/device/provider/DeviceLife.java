// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.BlockDevice;
import io.callgate.device.CharacterDevice;
import io.callgate.device.Device;
import io.callgate.linux.DeviceListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.log.Logger;

/**
 * The life of one device: waits for its node, opens it, and waits again when it has gone.
 *
 * <p>All work that may take a driver's time is done in a blocking lane of its own, one piece after the other; the event
 * loop's handlers and other threads only ask for it. Looks are asked for by inotify (the node), by uevents (the device),
 * by a call that failed, and every few seconds, since a mount for example is announced by nobody.
 */
final class DeviceLife {

    private static final int LANE = 16;
    private static final Duration LOOK = Duration.ofSeconds(5);

    /** What a device needs around it. */
    record Surroundings(
            Opener opener,
            ReadyListeners listeners,
            NodeWatch nodes,
            EventLoop loop,
            KernelDevices devices,
            KeptHandles handles,
            Dispatcher dispatcher,
            Logger log) {}

    /** Settings, or why there are none. */
    private record Wish(Settings settings, String refusal) {}

    private final ConfiguredResource resource;
    private final Surroundings around;
    private final String name;
    private final Dispatcher.Lane lane;

    private final AtomicReference<Held> current = new AtomicReference<>();
    private final AtomicReference<Wish> wish = new AtomicReference<>();
    private final Request wishRequest;
    private final Request lookRequest;
    private final Registrations whileConfigured = new Registrations();
    private final Registrations whileKnown = new Registrations();
    private volatile boolean closed;

    private Settings settings; // of the lane, as the next; null if the configuration cannot be used
    private String followed = "";

    /** Takes the resource over. */
    DeviceLife(ConfiguredResource resource, Surroundings around) {
        this.resource = resource;
        this.around = around;
        this.name = resource.status().name();
        this.lane = around.dispatcher.blockingLane("device " + name, LANE);
        this.wishRequest = new Request(lane, this::granted);
        this.lookRequest = new Request(lane, this::look);
    }

    Optional<Device> device() {
        return Optional.ofNullable(current.get()).map(Held::device);
    }

    /** Lives by these settings from now on. */
    void configure(Settings next) {
        wish.set(new Wish(next, ""));
        wishRequest.ask();
    }

    /** Its configuration cannot be used. */
    void refuse(String reason) {
        wish.set(new Wish(null, reason));
        wishRequest.ask();
    }

    private void granted() {
        Wish newest = wish.get();
        if (newest.settings == null) {
            settings = null;
            whileConfigured.end();
            drop(newest.refusal);
            resource.waiting(newest.refusal);
        } else if (!newest.settings.equals(settings)) {
            settings = newest.settings;
            whileConfigured.end();
            drop("its configuration has changed");
            whileConfigured.keep(around.nodes.watch(settings.path(), lookRequest::ask));
            keepLooking();
            find();
        }
    }

    private void keepLooking() {
        try {
            whileConfigured.keep(around.loop.timer(LOOK, LOOK, late -> lookRequest.ask()));
        } catch (IOException e) {
            around.log.warn("{} may not see its device come and go: {}", name, e.getMessage());
        }
    }

    private void look() {
        Held held = current.get();
        if (held == null) {
            find();
            return;
        }
        try {
            held.file().look();
            if (!around.opener.isThere(held)) {
                lose(held, held.device().path() + " has gone");
            } else if (held.file().isDetached()) {
                lose(held, "its file was detached");
            } else if (around.opener.wouldWrite(held, settings) != held.device().isWritable()) {
                drop("it is opened anew, since its mounts have changed");
                find();
            }
        } catch (IOException e) {
            around.log.warn("{} cannot be looked at: {}", name, e.getMessage());
        }
    }

    private void find() {
        if (settings == null || closed) {
            return;
        }
        try {
            begin(around.opener.open(name, settings, lookRequest::ask));
        } catch (RefusedException e) {
            resource.waiting(e.getMessage());
        } catch (IOException e) {
            resource.waiting(e.getMessage() + ": tries again");
        }
    }

    private void begin(Held held) {
        current.set(held);
        if (closed) {
            if (current.compareAndSet(held, null)) {
                held.close();
            }
            return;
        }
        follow(held.subsystem());
        around.listeners.came(held.device());
        if (held.device() instanceof BlockDevice block) {
            resource.live(BlockDevice.class, block, properties(held));
        } else {
            resource.live(CharacterDevice.class, (CharacterDevice) held.device(), properties(held));
        }
        if (settings.access().writes() && !held.device().isWritable()) {
            around.log.warn(
                    "{} is opened read-only: {} is {}", name, held.device().path(), held.inUse());
        }
    }

    private static Map<String, Object> properties(Held held) {
        Device device = held.device();
        Map<String, Object> properties = new HashMap<>();
        properties.put(Device.PATH, device.path().toString());
        properties.put(Device.NUMBER, device.number().digits());
        properties.put(Device.WRITABLE, device.isWritable());
        if (!held.subsystem().isEmpty()) {
            properties.put(Device.SUBSYSTEM, held.subsystem());
        }
        return properties;
    }

    /** From the first time that it is there on, its kind of device is known, and announced. */
    private void follow(String subsystem) {
        if (subsystem.equals(followed)) {
            return;
        }
        followed = subsystem;
        whileKnown.end();
        if (!subsystem.isEmpty()) {
            try {
                whileKnown.keep(around.devices.follow(subsystem, new Follower()));
            } catch (IOException e) {
                around.log.warn("{} may not see its device come and go: {}", name, e.getMessage());
            }
        }
    }

    private void lose(Held lost, String reason) {
        if (current.compareAndSet(lost, null)) {
            around.listeners.gone(lost.device());
            resource.gone(reason);
            lost.close();
            find();
        }
    }

    private void drop(String reason) {
        Held dropped = current.getAndSet(null);
        if (dropped != null) {
            around.listeners.gone(dropped.device());
            resource.waiting(reason);
            dropped.close();
        }
    }

    /** @param release false to leave an exclusive device to a successor */
    void close(boolean release) {
        closed = true;
        lane.close();
        whileConfigured.close();
        whileKnown.close();
        Held last = current.getAndSet(null);
        if (last != null) {
            around.listeners.gone(last.device());
        }
        resource.close();
        if (last != null && last.exclusive() && !release) {
            last.leave(around.handles);
        } else if (last != null) {
            last.close();
        }
    }

    /** Its own device is one of its subsystem's: whichever it is, a look is cheap. */
    private final class Follower implements DeviceListener {

        @Override
        public void added(KernelDevice device) {
            changed(device);
        }

        @Override
        public void changed(KernelDevice device) {
            Held held = current.get();
            boolean isOther = held != null
                    && device.node().isPresent()
                    && !device.node().get().equals(held.device().path());
            if (!isOther) {
                lookRequest.ask();
            }
        }

        @Override
        public void removed(KernelDevice device) {
            changed(device);
        }
    }
}
