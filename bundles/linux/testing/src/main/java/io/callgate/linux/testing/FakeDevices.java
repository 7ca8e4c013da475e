// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.AnnouncementListener;
import io.callgate.linux.Announcements;
import io.callgate.linux.DeviceListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Devices that the test plugs and unplugs; listeners are told in the loop's turns, as by the real door. */
final class FakeDevices implements KernelDevices {

    private record Follower(String subsystem, DeviceListener listener) {}

    private final FakeLoop loop;
    private final Map<Path, KernelDevice> devices = new LinkedHashMap<>();
    private final List<Ear> ears = new CopyOnWriteArrayList<>();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();

    FakeDevices(FakeLoop loop) {
        this.loop = loop;
    }

    @Override
    public synchronized EventLoop.Registration follow(String subsystem, DeviceListener listener) {
        Follower follower = new Follower(subsystem, listener);
        followers.add(follower);
        for (KernelDevice device : devices.values()) {
            if (device.subsystem().equals(subsystem)) {
                tell(follower, each -> each.added(device));
            }
        }
        return () -> followers.remove(follower);
    }

    @Override
    public synchronized Announcements announcements(String name, AnnouncementListener listener) {
        Ear ear = new Ear(name, listener);
        for (Ear left : ears) {
            if (left.kept != null && left.name.equals(name)) {
                ears.remove(left);
                left.kept.forEach(news -> tell(ear, news));
            }
        }
        ears.add(ear);
        return ear;
    }

    /** @param news what all listeners are told */
    synchronized void announce(Consumer<AnnouncementListener> news) {
        ears.forEach(ear -> tell(ear, news));
    }

    private void tell(Ear ear, Consumer<AnnouncementListener> news) {
        loop.execute(() -> {
            if (ear.kept != null) {
                ear.kept.add(news);
            } else if (ears.contains(ear)) {
                news.accept(ear.listener);
            }
        });
    }

    /** One listener, or what waits for the next one of its name. */
    private final class Ear implements Announcements {

        private final String name;
        private final AnnouncementListener listener;
        private List<Consumer<AnnouncementListener>> kept;

        Ear(String name, AnnouncementListener listener) {
            this.name = name;
            this.listener = listener;
        }

        @Override
        public void pause() {
            if (kept == null) {
                kept = new ArrayList<>();
            }
        }

        @Override
        public void leave(Duration handover, boolean lost) {
            pause();
            if (lost) {
                kept.add(0, AnnouncementListener::lost);
            }
            loop.timer(handover, Duration.ZERO, late -> ears.remove(this));
        }

        @Override
        public void close() {
            ears.remove(this);
        }
    }

    synchronized void plug(KernelDevice device) {
        KernelDevice before = devices.put(device.sysPath(), device);
        tellAll(device, before == null ? each -> each.added(device) : each -> each.changed(device));
    }

    synchronized void unplug(KernelDevice device) {
        if (devices.remove(device.sysPath()) == null) {
            throw new IllegalArgumentException(device.sysPath() + " is not plugged");
        }
        tellAll(device, each -> each.removed(device));
    }

    private void tellAll(KernelDevice device, Consumer<DeviceListener> news) {
        for (Follower follower : followers) {
            if (follower.subsystem.equals(device.subsystem())) {
                tell(follower, news);
            }
        }
    }

    private void tell(Follower follower, Consumer<DeviceListener> news) {
        loop.execute(() -> {
            if (followers.contains(follower)) {
                news.accept(follower.listener);
            }
        });
    }
}
