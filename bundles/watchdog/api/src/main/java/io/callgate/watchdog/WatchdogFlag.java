// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The kernel's WDIOF_ bits: what a driver supports, how it is, and why the machine was last reset.
 *
 * @see <a href="https://docs.kernel.org/watchdog/watchdog-api.html">The Linux Watchdog driver API</a>
 */
public enum WatchdogFlag {
    /** Reset since the CPU was too hot. */
    OVERHEAT(0x0001, "reset due to CPU overheat"),
    /** A fan failed. */
    FANFAULT(0x0002, "fan failed"),
    /** External relay 1. */
    EXTERN1(0x0004, "external relay 1"),
    /** External relay 2. */
    EXTERN2(0x0008, "external relay 2"),
    /** The power was bad. */
    POWERUNDER(0x0010, "power bad or power fault"),
    /** The card has reset the machine. */
    CARDRESET(0x0020, "card previously reset the CPU"),
    /** The power was over its voltage. */
    POWEROVER(0x0040, "power over voltage"),
    /** The timeout can be set. */
    SETTIMEOUT(0x0080, "set timeout"),
    /** A close stops it only after the character V was written. */
    MAGICCLOSE(0x0100, "supports magic close char"),
    /** It can warn before it resets. */
    PRETIMEOUT(0x0200, "pretimeout"),
    /** It raises an alarm and does not reset. */
    ALARMONLY(0x0400, "not trigger reboot"),
    /** It answers to a keep-alive. */
    KEEPALIVEPING(0x8000, "keep alive ping reply");

    private final int bit;
    private final String text;

    WatchdogFlag(int bit, String text) {
        this.bit = bit;
        this.text = text;
    }

    /** Its bit in the kernel's integers. */
    public int bit() {
        return bit;
    }

    /** A few words, as wdctl(8) shows them. */
    public String text() {
        return text;
    }

    /** The flags of an integer of the kernel's; bits that nobody knows are left out. */
    public static Set<WatchdogFlag> of(int bits) {
        EnumSet<WatchdogFlag> flags = EnumSet.noneOf(WatchdogFlag.class);
        for (WatchdogFlag flag : values()) {
            if ((bits & flag.bit) != 0) {
                flags.add(flag);
            }
        }
        return Collections.unmodifiableSet(flags);
    }
}
