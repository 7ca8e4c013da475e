// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.AnnouncementListener;
import io.callgate.linux.Announcements;
import io.callgate.linux.DeviceListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KernelDevices;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** The kernel's devices as one bundle sees them: what it follows ends when it stops. */
@Component(scope = ServiceScope.BUNDLE)
public final class BundleKernelDevices implements KernelDevices {

    private final UeventDevices devices;
    private final Set<UeventDevices.Follower> followers = ConcurrentHashMap.newKeySet();
    private final Set<Ear> ears = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    @Activate
    public BundleKernelDevices(@Reference UeventDevices devices) {
        this.devices = devices;
    }

    @Override
    public EventLoop.Registration follow(String subsystem, DeviceListener listener) throws IOException {
        UeventDevices.Follower follower = devices.follow(subsystem, listener, followers::remove);
        followers.add(follower);
        if (closed) {
            follower.close();
            throw new IllegalStateException("devices were followed after the bundle stopped");
        }
        return follower::close;
    }

    @Override
    public Announcements announcements(String name, AnnouncementListener listener) throws IOException {
        Ear ear = devices.listen(name, listener, ears::remove);
        ears.add(ear);
        if (closed) {
            ear.close();
            throw new IllegalStateException("announcements were asked for after the bundle stopped");
        }
        return ear;
    }

    @Deactivate
    void close() {
        closed = true;
        followers.forEach(UeventDevices.Follower::close);
        ears.forEach(Ear::close);
    }
}
