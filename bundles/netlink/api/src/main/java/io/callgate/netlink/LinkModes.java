// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.util.OptionalLong;

/**
 * How a link's hardware is set.
 *
 * @param megabits per second, empty if it is not known (no carrier)
 * @param duplex half, full or unknown
 * @param autonegotiation whether the two ends agree on it by themselves
 * @see <a href="https://docs.kernel.org/networking/ethtool-netlink.html">Netlink interface for ethtool</a>
 */
public record LinkModes(OptionalLong megabits, Duplex duplex, boolean autonegotiation) {

    /** Whether both ends may talk at once. */
    public enum Duplex {
        /** One at a time. */
        HALF,
        /** Both at once. */
        FULL,
        /** The driver does not say. */
        UNKNOWN
    }
}
