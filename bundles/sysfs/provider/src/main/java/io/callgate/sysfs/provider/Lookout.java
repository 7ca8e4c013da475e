// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.DeviceListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Says when to look whether an attribute's file is there: when the kernel says that its device has come, changed or gone,
 * and now and then, since uevents do not tell all (files outside class and bus, files that a driver adds later).
 */
final class Lookout {

    /** Between two looks; as often as it is read, but at least 1 s. */
    private static final Duration MOST = Duration.ofSeconds(5);

    private static final Duration LEAST = Duration.ofSeconds(1);

    private Lookout() {}

    /**
     * Begins; what is registered is kept in {@code into}.
     *
     * @param look asks for a look; never blocks
     */
    static void begin(Settings settings, EventLoop loop, KernelDevices devices, Registrations into, Runnable look)
            throws IOException {
        Duration every = every(settings.interval());
        into.keep(loop.timer(every, every, late -> look.run()));
        PathPattern.Devices followed = settings.path().devices().orElse(null);
        if (followed != null) {
            into.keep(devices.follow(followed.subsystem(), new Follower(followed, look)));
        }
    }

    private static Duration every(Duration interval) {
        if (interval.isZero() || interval.compareTo(MOST) > 0) {
            return MOST;
        }
        return interval.compareTo(LEAST) < 0 ? LEAST : interval;
    }

    private record Follower(PathPattern.Devices devices, Runnable look) implements DeviceListener {

        @Override
        public void added(KernelDevice device) {
            changed(device);
        }

        @Override
        public void changed(KernelDevice device) {
            if (devices.name().matches(Path.of(device.name()))) {
                look.run();
            }
        }

        @Override
        public void removed(KernelDevice device) {
            changed(device);
        }
    }
}
