// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.Setting;
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

    /** @throws InvalidSettingException with a sentence */
    static Settings of(WatchdogComponent.Config config) throws InvalidSettingException {
        String onStop = Setting.required("onStop", config::onStop);
        if (!onStop.equals("disarm") && !onStop.equals("keep")) {
            throw new InvalidSettingException("\"onStop\" is \"" + onStop + "\"; it must be disarm or keep");
        }
        int timeout = Setting.required("timeout", config::timeout);
        int pretimeout = Setting.required("pretimeout", config::pretimeout);
        long feedingInterval = Setting.required("feedingInterval", config::feedingInterval);
        if (timeout > 0 && pretimeout >= timeout) {
            throw new InvalidSettingException(
                    "\"pretimeout\" is " + pretimeout + " s; it must be shorter than the timeout of " + timeout + " s");
        }
        Settings settings = new Settings(
                Setting.required("device", config::device).replaceFirst("^/dev/", ""),
                Setting.required("identity", config::identity),
                timeout > 0 ? Optional.of(Duration.ofSeconds(timeout)) : Optional.empty(),
                pretimeout >= 0 ? Optional.of(Duration.ofSeconds(pretimeout)) : Optional.empty(),
                Optional.of(Setting.required("pretimeoutGovernor", config::pretimeoutGovernor))
                        .filter(word -> !word.isEmpty()),
                feedingInterval > 0 ? Optional.of(Duration.ofMillis(feedingInterval)) : Optional.empty(),
                Setting.required("armed", config::armed),
                onStop.equals("disarm"),
                Duration.ofSeconds(Setting.required("handover", config::handover)));
        try {
            settings.timeout.ifPresent(each -> settings.feeding(each, settings.pretimeout.orElse(Duration.ZERO)));
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(e.getMessage());
        }
        return settings;
    }

    boolean match(WatchdogDevice candidate) {
        return match(candidate.name(), candidate.identity());
    }

    /**
     * @param name the kernel's
     * @param its what its driver calls itself
     */
    boolean match(String name, String its) {
        return (device.isEmpty() || device.equals(name)) && (identity.isEmpty() || identity.equals(its));
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
        if (feeding.isPresent() && feeding.get().plus(Feeder.TURN).compareTo(most) > 0) {
            throw new IllegalArgumentException("\"feedingInterval\" is "
                    + feeding.get().toMillis() + " ms; it must be at least " + Feeder.TURN.toMillis()
                    + " ms shorter than the timeout less the pretimeout, " + most.toMillis()
                    + " ms: a quarter of that is usual");
        }
        return feeding.orElse(most.dividedBy(PER_TIMEOUT));
    }
}
