// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.DeviceListener;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.sysfs.Attribute;
import io.callgate.sysfs.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.log.Logger;

/**
 * The life of one attribute: waits for its file, reads it while it is there, and waits again when it has gone.
 *
 * <p>All work that may take a driver's time is done in a lane of its own, one piece after the other; the event loop's
 * handlers and other threads only ask for it. What uevents do not tell (files outside class and bus, files that a driver
 * adds later) is found by looking from time to time.
 */
final class AttributeLife implements SysfsAttribute.Observer, AutoCloseable {

    /** Between two looks whether the file is there; as often as it is read, but at least 1 s. */
    static final Duration LOOK = Duration.ofSeconds(5);

    private static final Duration LOOK_LEAST = Duration.ofSeconds(1);
    private static final int LANE = 16;

    /** What an attribute needs around it. */
    record Surroundings(
            SysTree tree,
            ValueListeners listeners,
            EventLoop loop,
            KernelDevices devices,
            Dispatcher dispatcher,
            Logger log) {}

    private final ConfiguredResource resource;
    private final Surroundings around;
    private final String name;
    private final Dispatcher.Lane lane;

    private final AtomicReference<SysfsAttribute> current = new AtomicReference<>();
    private final AtomicReference<Wish> wish = new AtomicReference<>();
    private final AtomicReference<Failure> failure = new AtomicReference<>();
    private final AtomicBoolean wishAsked = new AtomicBoolean();
    private final AtomicBoolean lookAsked = new AtomicBoolean();
    private final AtomicBoolean readAsked = new AtomicBoolean();
    private final AtomicBoolean examineAsked = new AtomicBoolean();
    private final List<EventLoop.Registration> whileConfigured = new ArrayList<>();
    private final List<EventLoop.Registration> whileLive = new ArrayList<>();
    private volatile String trouble = "";
    private volatile boolean closed;

    private Settings settings; // of the lane; null if the configuration cannot be used

    /** Settings, or why there are none. */
    private record Wish(Settings settings, String refusal) {}

    private record Failure(SysfsAttribute attribute, IOException exception) {}

    /** Takes the resource over. */
    AttributeLife(ConfiguredResource resource, Surroundings around) {
        this.resource = resource;
        this.around = around;
        this.name = resource.status().name();
        this.lane = around.dispatcher.lane("attribute " + name, LANE);
    }

    Optional<Attribute> attribute() {
        return Optional.ofNullable(current.get());
    }

    String trouble() {
        return trouble;
    }

    /** Lives by these settings from now on. */
    void configure(Settings next) {
        wish.set(new Wish(next, ""));
        ask(wishAsked, this::granted);
    }

    /** Its configuration cannot be used. */
    void refuse(String reason) {
        wish.set(new Wish(null, reason));
        ask(wishAsked, this::granted);
    }

    private void granted() {
        Wish newest = wish.get();
        if (newest.settings != null) {
            reconfigure(newest.settings);
            return;
        }
        settings = null;
        end(whileConfigured);
        drop(newest.refusal);
        resource.waiting(newest.refusal);
    }

    private void reconfigure(Settings next) {
        Settings before = settings;
        settings = next;
        SysfsAttribute live = current.get();
        end(whileConfigured);
        if (live != null && next.sameFile(before)) {
            adapt(live, next);
        } else {
            drop("its configuration has changed");
            find();
        }
        follow(next);
    }

    private void adapt(SysfsAttribute live, Settings next) {
        end(whileLive);
        live.use(next);
        read();
        if (watch(live, next)) {
            resource.live(Attribute.class, live, properties(live));
        }
    }

    /** Looks when the kernel says that a device has come or gone, and now and then. */
    private void follow(Settings now) {
        Duration look = now.interval().isZero() || now.interval().compareTo(LOOK) > 0 ? LOOK : now.interval();
        Duration every = look.compareTo(LOOK_LEAST) < 0 ? LOOK_LEAST : look;
        try {
            keep(whileConfigured, around.loop.timer(every, every, late -> ask(lookAsked, this::look)));
            PathPattern.Devices devices = now.path().devices().orElse(null);
            if (devices != null) {
                keep(whileConfigured, around.devices.follow(devices.subsystem(), new Looker(devices)));
            }
        } catch (IOException e) {
            around.log.warn("{} may not see its file come and go: {}", name, e.getMessage());
        }
    }

    private final class Looker implements DeviceListener {

        private final PathPattern.Devices devices;

        Looker(PathPattern.Devices devices) {
            this.devices = devices;
        }

        @Override
        public void added(KernelDevice device) {
            changed(device);
        }

        @Override
        public void changed(KernelDevice device) {
            if (devices.name().matches(Path.of(device.name()))) {
                ask(lookAsked, AttributeLife.this::look);
            }
        }

        @Override
        public void removed(KernelDevice device) {
            changed(device);
        }
    }

    /** Asked for twice before it is done, it is done once: so the lane is never full. */
    private void ask(AtomicBoolean asked, Runnable work) {
        if (asked.compareAndSet(false, true)) {
            boolean taken = lane.offer(() -> {
                asked.set(false);
                work.run();
            });
            if (!taken) {
                asked.set(false);
            }
        }
    }

    private void look() {
        SysfsAttribute live = current.get();
        if (live == null) {
            find();
        } else if (!live.isThere()) {
            lose(live, live.path() + " has gone");
        }
    }

    private void find() {
        if (settings == null || closed) {
            return;
        }
        AttributeFile file = null;
        try {
            file = around.tree.open(settings);
            begin(new SysfsAttribute(name, file, settings, this));
        } catch (RefusedException e) {
            resource.waiting(e.getMessage());
        } catch (IOException e) {
            if (file != null) {
                file.close();
            }
            resource.waiting(e.getMessage() + ": tries again");
        }
    }

    private void begin(SysfsAttribute found) {
        current.set(found);
        trouble = "";
        if (closed && current.compareAndSet(found, null)) {
            found.close();
        } else if (watch(found, settings)) {
            around.listeners.begin(found, found.last(), settings.deadband());
            resource.live(Attribute.class, found, properties(found));
        }
    }

    private static Map<String, Object> properties(SysfsAttribute attribute) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(Attribute.PATH, attribute.path().toString());
        properties.put(Attribute.TYPE, attribute.settings().type().word());
        if (!attribute.settings().unit().isEmpty()) {
            properties.put(Attribute.UNIT, attribute.settings().unit());
        }
        return properties;
    }

    /** Reads it again by interval, by notification, or both; false if the kernel cannot do what was asked. */
    private boolean watch(SysfsAttribute live, Settings now) {
        try {
            if (!now.interval().isZero()) {
                keep(whileLive, around.loop.timer(now.interval(), now.interval(), late -> ask(readAsked, this::read)));
            }
            if (now.notification()) {
                AtomicReference<Notification> self = new AtomicReference<>();
                Notification notification =
                        new Notification(around.loop, live.fd(), () -> lane.offer(() -> notified(live, self.get())));
                self.set(notification);
                keep(whileLive, notification);
                notification.arm();
            }
            return true;
        } catch (IOException e) {
            String reason = live.path() + " cannot be waited for (" + e.getMessage()
                    + "): set \"notify\" to false and an \"interval\"";
            drop(reason);
            resource.waiting(reason);
            return false;
        }
    }

    private void notified(SysfsAttribute live, Notification notification) throws IOException {
        if (current.get() == live) {
            read();
            notification.arm();
        }
    }

    private void read() {
        SysfsAttribute live = current.get();
        if (live != null) {
            try {
                live.read();
            } catch (IOException e) {
                around.log.debug("{}: {}", name, e.getMessage()); // told to failed() below, which decides
            }
        }
    }

    @Override
    public void read(SysfsAttribute attribute, Value value, double deadband) {
        if (current.get() == attribute) {
            around.listeners.value(attribute, value, deadband);
            if (!trouble.isEmpty()) {
                trouble = "";
                around.log.info("{} can be read again", name);
            }
        }
    }

    /** ENODEV is the kernel's word for a file that has gone; any other error only if the file is not there either. */
    @Override
    public void failed(SysfsAttribute attribute, IOException e) {
        if (current.get() == attribute && !(e instanceof ClosedFdException)) {
            failure.set(new Failure(attribute, e));
            ask(examineAsked, this::examine);
        }
    }

    private void examine() {
        Failure newest = failure.get();
        SysfsAttribute failed = newest.attribute;
        IOException e = newest.exception;
        if (current.get() != failed) {
            return;
        }
        boolean gone = e instanceof ErrnoException errno && errno.is(Errno.ENODEV, Errno.ENOENT);
        if (gone || !failed.isThere()) {
            lose(failed, e.getMessage());
        } else if (trouble.isEmpty()) {
            trouble = e.getMessage();
            around.log.warn("{} cannot be read, its last value stands: {}", name, trouble);
        }
    }

    private void lose(SysfsAttribute lost, String reason) {
        if (current.compareAndSet(lost, null)) {
            end(whileLive);
            around.listeners.gone(name, reason);
            resource.gone(reason);
            lost.close();
            find();
        }
    }

    private void drop(String reason) {
        SysfsAttribute dropped = current.getAndSet(null);
        if (dropped != null) {
            end(whileLive);
            around.listeners.gone(name, reason);
            resource.waiting(reason);
            dropped.close();
        }
    }

    private synchronized void keep(List<EventLoop.Registration> list, EventLoop.Registration registration) {
        if (closed) {
            registration.close();
        } else {
            list.add(registration);
        }
    }

    private void end(List<EventLoop.Registration> list) {
        List<EventLoop.Registration> ending;
        synchronized (this) {
            ending = List.copyOf(list);
            list.clear();
        }
        ending.forEach(EventLoop.Registration::close);
    }

    @Override
    public void close() {
        closed = true;
        lane.close();
        end(whileConfigured);
        end(whileLive);
        SysfsAttribute last = current.getAndSet(null);
        if (last != null) {
            around.listeners.gone(name, "its configuration was deleted, or its provider stopped");
        }
        resource.close();
        if (last != null) {
            last.close();
        }
    }
}
