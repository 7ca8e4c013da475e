// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import org.osgi.annotation.versioning.ConsumerType;

/** Told of devices in the order of the kernel's announcements, on the {@link EventLoop}'s thread: do not block. */
@ConsumerType
public interface DeviceListener {

    /** It was there at the start, or has come. Never twice without {@link #removed} between. */
    void added(KernelDevice device);

    /** It says something new of itself. */
    default void changed(KernelDevice device) {}

    /** It has gone. */
    void removed(KernelDevice device);
}
