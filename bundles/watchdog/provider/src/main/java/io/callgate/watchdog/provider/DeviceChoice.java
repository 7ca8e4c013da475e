// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which of the kernel's watchdogs a configuration means: exactly one, or none and why.
 *
 * @param device empty if it is none, or more than one
 * @param none true if not one of them is meant
 * @param reason a sentence if there is no device, otherwise empty
 */
record DeviceChoice(Optional<SysfsWatchdog> device, boolean none, String reason) {

    static DeviceChoice of(List<SysfsWatchdog> all, Settings settings) {
        List<SysfsWatchdog> meant = all.stream().filter(settings::match).toList();
        return switch (meant.size()) {
            case 0 -> new DeviceChoice(Optional.empty(), true, thereIsNone(all, settings));
            case 1 -> new DeviceChoice(Optional.of(meant.get(0)), false, "");
            default ->
                new DeviceChoice(
                        Optional.empty(),
                        false,
                        "there are several: " + names(meant) + "; name one by \"device\" or \"identity\"");
        };
    }

    private static String thereIsNone(List<SysfsWatchdog> all, Settings settings) {
        String others =
                all.isEmpty() ? ": load the driver of the hardware, or modprobe softdog" : ", there is " + names(all);
        return "there is no " + settings.wanted() + " here" + others;
    }

    private static String names(List<SysfsWatchdog> watchdogs) {
        return watchdogs.stream()
                .map(each -> each.name() + " (" + each.identity() + ")")
                .collect(Collectors.joining(", "));
    }
}
