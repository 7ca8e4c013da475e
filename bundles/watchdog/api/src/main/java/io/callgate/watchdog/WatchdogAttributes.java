// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What /sys/class/watchdog/watchdogN says, at one moment. What the kernel or the driver has not, is empty.
 *
 * @param identity what the driver calls itself
 * @param active true if it runs: somebody has opened it, and nobody has disarmed it since
 * @param nowayout true if it cannot be disarmed once it runs
 * @param options what the driver supports (since Linux 5.18)
 * @param status how it is now
 * @param bootStatus why the machine was last reset
 * @param timeout until it resets the machine
 * @param timeLeft of that
 * @param pretimeout how long before the reset it warns; zero: it does not
 * @param pretimeoutGovernor what the kernel does then, for example panic
 * @param pretimeoutGovernors those there are
 */
public record WatchdogAttributes(
        String identity,
        boolean active,
        boolean nowayout,
        Optional<Set<WatchdogFlag>> options,
        Set<WatchdogFlag> status,
        Set<WatchdogFlag> bootStatus,
        Optional<Duration> timeout,
        Optional<Duration> timeLeft,
        Optional<Duration> pretimeout,
        Optional<String> pretimeoutGovernor,
        List<String> pretimeoutGovernors) {

    /** Takes copies. */
    public WatchdogAttributes {
        options = options.map(Set::copyOf);
        status = Set.copyOf(status);
        bootStatus = Set.copyOf(bootStatus);
        pretimeoutGovernors = List.copyOf(pretimeoutGovernors);
    }
}
