// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KernelDevices;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.sysfs.Attribute;
import io.callgate.sysfs.Value;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.log.Logger;

/**
 * The life of one attribute: waits for its file, reads it while it is there, and waits again when it has gone.
 *
 * <p>All work that may take a driver's time is done in a blocking lane of its own, one piece after the other; the event
 * loop's handlers and other threads only ask for it. {@link Lookout} says when to look for the file.
 */
final class AttributeLife implements SysfsAttribute.Observer, AutoCloseable {

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
    private final Subject subject;
    private final Dispatcher.Lane lane;

    private final AtomicReference<SysfsAttribute> current = new AtomicReference<>();
    private final AtomicReference<Wish> wish = new AtomicReference<>();
    private final AtomicReference<Failure> failure = new AtomicReference<>();
    private final Request wishRequest;
    private final Request lookRequest;
    private final Request readRequest;
    private final Request examineRequest;
    private final Registrations whileConfigured = new Registrations();
    private final Registrations whileLive = new Registrations();
    private volatile boolean troubled; // the last read failed, and that was logged
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
        this.subject = Subject.attribute(name);
        this.lane = around.dispatcher.blockingLane("attribute " + name, LANE);
        this.wishRequest = new Request(lane, this::granted);
        this.lookRequest = new Request(lane, this::look);
        this.readRequest = new Request(lane, this::read);
        this.examineRequest = new Request(lane, this::examine);
    }

    Optional<Attribute> attribute() {
        return Optional.ofNullable(current.get());
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
        if (newest.settings != null) {
            reconfigure(newest.settings);
            return;
        }
        settings = null;
        whileConfigured.end();
        drop(newest.refusal);
        resource.waiting(newest.refusal);
    }

    private void reconfigure(Settings next) {
        Settings before = settings;
        settings = next;
        SysfsAttribute live = current.get();
        whileConfigured.end();
        if (live != null && next.sameFile(before)) {
            adapt(live, next);
        } else {
            drop("its configuration has changed");
            find();
        }
        follow(next);
    }

    private void adapt(SysfsAttribute live, Settings next) {
        whileLive.end();
        live.use(next);
        read();
        if (watch(live, next)) {
            resource.live(Attribute.class, live, properties(live));
        }
    }

    private void follow(Settings now) {
        try {
            Lookout.begin(now, around.loop, around.devices, whileConfigured, lookRequest::ask);
        } catch (IOException e) {
            around.log.warn("{} may not see its file come and go: {}", name, e.getMessage());
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
        troubled = false;
        if (closed && current.compareAndSet(found, null)) {
            found.close();
        } else if (watch(found, settings)) {
            around.listeners.begin(subject, found, found.last(), settings.deadband());
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
                whileLive.keep(around.loop.timer(now.interval(), now.interval(), late -> readRequest.ask()));
            }
            if (now.notification()) {
                AtomicReference<Notification> self = new AtomicReference<>();
                Notification notification =
                        new Notification(around.loop, live.fd(), () -> lane.offer(() -> notified(live, self.get())));
                self.set(notification);
                whileLive.keep(notification);
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
            around.listeners.value(subject, attribute, value, deadband);
            if (troubled) {
                troubled = false;
                around.log.info("{} can be read again", name);
            }
        }
    }

    /** ENODEV is the kernel's word for a file that has gone; any other error only if the file is not there either. */
    @Override
    public void failed(SysfsAttribute attribute, IOException e) {
        if (current.get() == attribute && !(e instanceof ClosedFdException)) {
            failure.set(new Failure(attribute, e));
            examineRequest.ask();
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
        } else if (!troubled) {
            troubled = true;
            around.log.warn("{} cannot be read, its last value stands: {}", name, e.getMessage());
        }
    }

    private void lose(SysfsAttribute lost, String reason) {
        if (current.compareAndSet(lost, null)) {
            whileLive.end();
            around.listeners.gone(subject, reason);
            resource.gone(reason);
            lost.close();
            find();
        }
    }

    private void drop(String reason) {
        SysfsAttribute dropped = current.getAndSet(null);
        if (dropped != null) {
            whileLive.end();
            around.listeners.gone(subject, reason);
            resource.waiting(reason);
            dropped.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        lane.close();
        whileConfigured.close();
        whileLive.close();
        SysfsAttribute last = current.getAndSet(null);
        if (last != null) {
            around.listeners.gone(subject, "its configuration was deleted, or its provider stopped");
        }
        resource.close();
        if (last != null) {
            last.close();
        }
    }
}
