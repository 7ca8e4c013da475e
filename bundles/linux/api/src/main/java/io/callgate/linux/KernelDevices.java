// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What the kernel has, and what comes and goes: one uevent socket for all who ask, and where there is none, a slow
 * look at /sys. Thread safe.
 *
 * @see <a href="https://docs.kernel.org/core-api/kobject.html">Kernel objects</a>
 */
@ProviderType
public interface KernelDevices {

    /**
     * Tells of every device of a subsystem there is, then follows, with no gap and no duplicate, also when the kernel
     * dropped announcements. Ends when the registration is closed or the bundle stops.
     *
     * @param subsystem as in {@code SUBSYSTEM=}
     */
    EventLoop.Registration follow(String subsystem, DeviceListener listener) throws IOException;

    /**
     * Tells of every announcement of the kernel's from now on, whatever its subsystem: of events, not of a state. Nothing
     * comes where the kernel has no uevents. Ends when it is closed or the bundle stops, unless it was left.
     *
     * @param name what a predecessor of the same name has left is told first
     */
    Announcements announcements(String name, AnnouncementListener listener) throws IOException;
}
