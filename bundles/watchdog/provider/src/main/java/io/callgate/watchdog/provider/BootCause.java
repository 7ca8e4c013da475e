// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.watchdog.RebootHistory.Cause;
import io.callgate.watchdog.RebootHistory.Entry;
import io.callgate.watchdog.RebootHistory.Event;
import io.callgate.watchdog.WatchdogFlag;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds out why the machine, or the gateway alone, was started: by the bootstatus of the watchdogs, and where they keep
 * none (softdog), by what the history's last entry says.
 *
 * @param event a boot, or a start of the gateway alone
 * @param cause why
 * @param detail in a few words
 */
record BootCause(Event event, Cause cause, String detail) {

    /**
     * @param bootStatus of each watchdog, by name
     * @param past the history so far
     */
    static BootCause of(String bootId, Map<String, Set<WatchdogFlag>> bootStatus, List<Entry> past) {
        Entry last = past.isEmpty() ? null : past.get(past.size() - 1);
        if (last != null && last.bootId().equals(bootId)) {
            return new BootCause(Event.START, startCause(last), endsTheProcess(last) ? "after " + last.detail() : "");
        }
        for (Map.Entry<String, Set<WatchdogFlag>> device : new TreeMap<>(bootStatus).entrySet()) {
            Cause cause = cause(device.getValue());
            if (cause != Cause.UNKNOWN) {
                return new BootCause(Event.BOOT, cause, device.getKey() + " says " + words(device.getValue()));
            }
        }
        if (last != null && endsTheProcess(last)) {
            return new BootCause(Event.BOOT, Cause.WATCHDOG, "after " + last.detail());
        }
        return new BootCause(Event.BOOT, last == null ? Cause.UNKNOWN : stopped(last), "");
    }

    /** True if the ladder has restarted the gateway, and now looks whether that has helped. */
    boolean isFromLadder() {
        return event == Event.START && cause == Cause.WATCHDOG && !detail.isEmpty();
    }

    private static Cause startCause(Entry last) {
        return endsTheProcess(last) || last.event() == Event.SAFE_MODE ? Cause.WATCHDOG : stopped(last);
    }

    private static boolean endsTheProcess(Entry last) {
        return last.event() == Event.RUNG
                && (last.detail().startsWith("gateway ") || last.detail().startsWith("reset "));
    }

    private static Cause stopped(Entry last) {
        return last.event() == Event.STOP ? Cause.ORDERLY : Cause.UNKNOWN;
    }

    private static Cause cause(Set<WatchdogFlag> flags) {
        if (flags.contains(WatchdogFlag.OVERHEAT) || flags.contains(WatchdogFlag.FANFAULT)) {
            return Cause.OVERHEAT;
        }
        if (flags.contains(WatchdogFlag.POWERUNDER) || flags.contains(WatchdogFlag.POWEROVER)) {
            return Cause.POWER;
        }
        return flags.contains(WatchdogFlag.CARDRESET) ? Cause.WATCHDOG : Cause.UNKNOWN;
    }

    private static String words(Set<WatchdogFlag> flags) {
        return flags.stream().sorted().map(Enum::name).collect(Collectors.joining(" "));
    }
}
