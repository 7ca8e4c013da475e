// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.watchdog.WatchdogDevice;
import java.time.Duration;
import java.util.Optional;

/**
 * What a configuration says, checked.
 *
 * @param device the kernel's name, or empty: any
 * @param identity what the driver calls itself, or empty: any
 * @param timeout empty: as the driver has it
 * @param pretimeout empty: as the driver has it
 * @param governor empty: as the kernel has it
 * @param feeding empty: four times in a timeout
 * @param armed whether it is armed as soon as it is there
 * @param disarmOnStop what becomes of it when the gateway is stopped in order
 * @param handover how long the door feeds it while this bundle is updated
 */
record Settings(
        String device,
        String identity,
        Optional<Duration> timeout,
        Optional<Duration> pretimeout,
        Optional<String> governor,
        Optional<Duration> feeding,
        boolean armed,
        boolean disarmOnStop,
        Duration handover) {

    /** Of a configuration that was wrong from the beginning: nothing is opened, nothing is disarmed. */
    static final Settings NONE = new Settings(
            "",
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            false,
            Duration.ofSeconds(30));

    private static final int PER_TIMEOUT = 4;

    /** @throws IllegalArgumentException with a sentence */
    static Settings of(WatchdogComponent.Config config) {
        if (!config.onStop().equals("disarm") && !config.onStop().equals("keep")) {
            throw new IllegalArgumentException("\"onStop\" is \"" + config.onStop() + "\"; it must be disarm or keep");
        }
        if (config.timeout() > 0 && config.pretimeout() >= config.timeout()) {
            throw new IllegalArgumentException("\"pretimeout\" is " + config.pretimeout()
                    + " s; it must be shorter than the timeout of " + config.timeout() + " s");
        }
        Settings settings = new Settings(
                config.device().replaceFirst("^/dev/", ""),
                config.identity(),
                config.timeout() > 0 ? Optional.of(Duration.ofSeconds(config.timeout())) : Optional.empty(),
                config.pretimeout() >= 0 ? Optional.of(Duration.ofSeconds(config.pretimeout())) : Optional.empty(),
                Optional.of(config.pretimeoutGovernor()).filter(word -> !word.isEmpty()),
                config.feedingInterval() > 0
                        ? Optional.of(Duration.ofMillis(config.feedingInterval()))
                        : Optional.empty(),
                config.armed(),
                config.onStop().equals("disarm"),
                Duration.ofSeconds(config.handover()));
        settings.timeout.ifPresent(timeout -> settings.feeding(timeout, settings.pretimeout.orElse(Duration.ZERO)));
        return settings;
    }

    boolean match(WatchdogDevice candidate) {
        return (device.isEmpty() || device.equals(candidate.name()))
                && (identity.isEmpty() || identity.equals(candidate.identity()));
    }

    /** True if it names one device, wherever it may be. */
    boolean isSame(Settings other) {
        return device.equals(other.device) && identity.equals(other.identity);
    }

    /** In words, for messages. */
    String wanted() {
        if (device.isEmpty() && identity.isEmpty()) {
            return "watchdog";
        }
        return device.isEmpty() ? "watchdog \"" + identity + "\"" : "watchdog " + device;
    }

    /**
     * Between two feedings.
     *
     * @throws IllegalArgumentException if what is configured would come too late
     */
    Duration feeding(Duration timeout, Duration pretimeout) {
        Duration most = timeout.minus(pretimeout);
        if (feeding.isPresent() && feeding.get().compareTo(most) >= 0) {
            throw new IllegalArgumentException("\"feedingInterval\" is "
                    + feeding.get().toMillis() + " ms; it must be shorter than the timeout less the pretimeout, "
                    + most.toMillis() + " ms: a quarter of that is usual");
        }
        return feeding.orElse(most.dividedBy(PER_TIMEOUT));
    }
}
