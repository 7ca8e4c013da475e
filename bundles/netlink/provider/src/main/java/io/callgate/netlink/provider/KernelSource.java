// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.Announcement;
import io.callgate.linux.AnnouncementListener;
import io.callgate.linux.Announcements;
import io.callgate.linux.KernelDevices;
import io.callgate.netlink.Uevent;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** The kernel's: the door has them already, from the one socket by which it follows devices. */
record KernelSource(KernelDevices devices) implements UeventSource {

    private static final String NAME = "netlink:uevent";

    @Override
    public Open open(Consumer<Uevent> told, Runnable lost) throws IOException {
        return new Shared(devices.announcements(NAME, new AnnouncementListener() {
            @Override
            public void announced(Announcement announcement) {
                told.accept(Uevent.of(announcement));
            }

            @Override
            public void lost() {
                lost.run();
            }
        }));
    }

    private record Shared(Announcements announcements) implements Open {

        @Override
        public void pause() {
            announcements.pause();
        }

        @Override
        public void leave(Duration handover, boolean lost) {
            announcements.leave(handover, lost);
        }

        @Override
        public void close() {
            announcements.close();
        }
    }
}
