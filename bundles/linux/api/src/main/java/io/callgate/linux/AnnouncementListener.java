// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import org.osgi.annotation.versioning.ConsumerType;

/** Told of every announcement, in the kernel's order, on the {@link EventLoop}'s thread: do not block. */
@ConsumerType
public interface AnnouncementListener {

    /** The kernel announced something. */
    void announced(Announcement announcement);

    /** Some that came before the next one were lost; nobody knows how many. */
    void lost();
}
