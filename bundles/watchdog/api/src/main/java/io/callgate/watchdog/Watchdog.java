// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A watchdog that this gateway may arm, and feeds while it is armed and every deadline of the applications holds
 * ({@link WatchdogClient}).
 *
 * <p>One service per configuration {@value #PID}{@code ~NAME}; bind it by {@code (callgate.name=NAME)}. It is registered
 * while its device is there, armed or not. Where systemd watches the gateway, there is one with the name
 * {@value #SYSTEMD} beside them. Thread safe; arming and disarming last as long as the driver takes.
 */
@ProviderType
public interface Watchdog {

    /** Factory PID of the configurations. */
    String PID = "io.callgate.watchdog.watchdog";

    /** The name of the one that is systemd's. */
    String SYSTEMD = "systemd";

    /** The NAME of its configuration. */
    String name();

    /** What the driver calls itself, or {@value #SYSTEMD}. */
    String identity();

    /** True while it is armed by this gateway, and so fed. */
    boolean isArmed();

    /**
     * Opens the device, which starts its timer, and feeds it from now on. Nothing if it is armed.
     *
     * @throws io.callgate.linux.ErrnoException EACCES, ENODEV, ...; EBUSY as {@link WatchdogBusyException}
     */
    void arm() throws IOException;

    /**
     * Stops the timer and closes the device. Nothing if it is not armed. What cannot be stopped (nowayout) stays armed
     * and fed.
     *
     * @throws io.callgate.linux.ErrnoException EBUSY if the driver does not let it be stopped
     * @throws IllegalStateException if it is not ours to disarm
     */
    void disarm() throws IOException;

    /** Until it resets the machine, or systemd this gateway, after the last feeding. */
    Duration timeout() throws IOException;

    /** The calls of its driver, while it is armed; there is no open device otherwise. */
    Optional<WatchdogDriver> driver();
}
