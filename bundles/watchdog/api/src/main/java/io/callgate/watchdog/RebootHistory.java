// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Why this machine and this gateway were started, each time: append-only, in {@code watchdog/history} of the data
 * folder. When that has 256 KiB it becomes {@code history.old}, and the one before is forgotten. Thread safe; reads these
 * two small files.
 */
@ProviderType
public interface RebootHistory {

    /** What happened. */
    enum Event {
        /** The machine was booted, and then the gateway started for the first time. */
        BOOT,
        /** The gateway was started again, without a boot. */
        START,
        /** A rung of the ladder. */
        RUNG,
        /** The gateway was stopped in order. */
        STOP,
        /** Too many watchdog resets: the gateway starts in safe mode. */
        SAFE_MODE
    }

    /** Why. */
    enum Cause {
        /** A watchdog has reset the machine, or the ladder has restarted the gateway. */
        WATCHDOG,
        /** Too hot, or a fan failed. */
        OVERHEAT,
        /** The power was bad. */
        POWER,
        /** Somebody wanted it. */
        ORDERLY,
        /** Nobody knows: power cut, panic, kill. */
        UNKNOWN
    }

    /**
     * One line.
     *
     * @param time by the wall clock of then
     * @param bootId the kernel's /proc/sys/kernel/random/boot_id
     * @param event what happened
     * @param cause why
     * @param detail device and flags, or the rung and the culprit
     */
    record Entry(Instant time, String bootId, Event event, Cause cause, String detail) {}

    /** All there are, oldest first. */
    List<Entry> entries();
}
