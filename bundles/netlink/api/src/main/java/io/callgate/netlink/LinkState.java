// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.util.Locale;

/** A link's operational state (RFC 2863), in the kernel's order. */
public enum LinkState {
    /** Its driver does not say: loopback and tunnels, which work all the same. */
    UNKNOWN,
    /** Part of it is absent. */
    NOTPRESENT,
    /** It passes nothing: no carrier, or it is not set up. */
    DOWN,
    /** What it stands on is down. */
    LOWERLAYERDOWN,
    /** It is being tested. */
    TESTING,
    /** It waits for an event: authentication, for example. */
    DORMANT,
    /** It passes packets. */
    UP;

    /** The kernel's number as a state. */
    public static LinkState of(int number) {
        return number < values().length ? values()[number] : UNKNOWN;
    }

    /** In lower case, as in properties and commands. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
