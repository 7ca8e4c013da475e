// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.DeviceListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import java.nio.file.Path;
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
