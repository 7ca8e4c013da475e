// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A watchdog that the kernel has: one service for each, from the moment the kernel announces it until it is gone.
 *
 * <p>It is looked at through /sys alone. Its node is never opened for that: opening a watchdog arms it. Thread safe.
 *
 * @see <a href="https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-watchdog">sysfs-class-watchdog</a>
 */
@ProviderType
public interface WatchdogDevice {

    /** Service property: the kernel's name, for example {@code watchdog0}. */
    String DEVICE = "watchdog.device";

    /** Service property: what the driver calls itself, for example {@code i6300ESB timer}. */
    String IDENTITY = "watchdog.identity";

    /** The kernel's name. */
    String name();

    /** Its node, for example {@code /dev/watchdog0}. */
    Path node();

    /** What the driver calls itself; empty if the kernel has no CONFIG_WATCHDOG_SYSFS. */
    String identity();

    /**
     * Reads its attributes now.
     *
     * @throws io.callgate.linux.ErrnoException ENOENT if it has gone, ENODEV if it goes in between
     */
    WatchdogAttributes read() throws IOException;
}
