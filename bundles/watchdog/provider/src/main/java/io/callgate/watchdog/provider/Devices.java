// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.DeviceListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.Settlings;
import io.callgate.watchdog.WatchdogDevice;
import java.io.IOException;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/** Publishes every watchdog that the kernel has as a {@link WatchdogDevice}, without ever opening one. */
@Component(service = Devices.class, immediate = true)
public final class Devices implements DeviceListener {

    private static final int NEWS = 256;

    private record Known(SysfsWatchdog watchdog, ServiceRegistration<?> registration) {}

    private final BundleContext context;
    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final Logger log;
    private final Map<String, Known> known = new ConcurrentSkipListMap<>();
    private final Map<String, KernelDevice> held = new HashMap<>(); // of the lane
    private final Settlings settlings;
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private final Dispatcher.Lane lane;
    private final EventLoop.Registration following;

    /** Begins to follow; what is there is told soon. */
    @Activate
    public Devices(
            BundleContext context,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory,
            @Reference KernelDevices devices,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this.context = context;
        this.files = files;
        this.memory = memory;
        this.log = log;
        this.lane = dispatcher.blockingLane("watchdog devices", NEWS);
        this.settlings = new Settlings(context, name -> lane.offer(() -> settled(name)));
        this.following = devices.follow("watchdog", this);
    }

    @Override
    public void added(KernelDevice device) {
        lane.offer(() -> come(device)); // its attributes are a driver's
    }

    @Override
    public void removed(KernelDevice device) {
        lane.offer(() -> withdraw(device));
    }

    private void come(KernelDevice device) {
        settlings
                .of(device.name())
                .comes()
                .ifPresentOrElse(
                        why -> {
                            held.put(device.name(), device);
                            log.info("{}: {}", device.name(), why);
                        },
                        () -> publish(device));
    }

    /** It was held back, and has stayed. */
    private void settled(String name) {
        KernelDevice device = held.remove(name);
        if (device != null) {
            publish(device);
        }
    }

    private void publish(KernelDevice device) {
        try {
            SysfsWatchdog watchdog = new SysfsWatchdog(device, files, memory);
            Dictionary<String, Object> properties = new Hashtable<>();
            properties.put(WatchdogDevice.DEVICE, watchdog.name());
            properties.put(WatchdogDevice.IDENTITY, watchdog.identity());
            Known before = known.put(
                    watchdog.name(),
                    new Known(watchdog, context.registerService(WatchdogDevice.class, watchdog, properties)));
            if (before != null) {
                before.registration.unregister();
            }
            followers.forEach(Runnable::run);
        } catch (IOException e) {
            log.warn("{} cannot be looked at: {}", device.name(), e.getMessage());
        }
    }

    private void withdraw(KernelDevice device) {
        settlings.of(device.name()).goes();
        held.remove(device.name());
        Known gone = known.remove(device.name());
        if (gone != null) {
            gone.registration.unregister();
            followers.forEach(Runnable::run);
        }
    }

    /** All there are, by name. */
    List<SysfsWatchdog> all() {
        return known.values().stream().map(Known::watchdog).toList();
    }

    /** Calls somebody whenever one has come or gone; must not block. */
    void follow(Runnable follower) {
        followers.add(follower);
    }

    void unfollow(Runnable follower) {
        followers.remove(follower);
    }

    /** Withdraws all. */
    @Deactivate
    public void close() {
        following.close();
        lane.close();
        known.values().forEach(each -> each.registration.unregister());
        known.clear();
    }
}
