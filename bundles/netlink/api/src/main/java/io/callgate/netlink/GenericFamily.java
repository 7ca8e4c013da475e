// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.util.Map;

/**
 * A family of generic netlink, as a driver registered it.
 *
 * @param name {@code ethtool}, {@code nl80211}, or a driver's own
 * @param id the type of its messages; another after each boot
 * @param version of its commands
 * @param headerBytes of its own fixed part, behind the four of generic netlink
 * @param groups numbers of its multicast groups by name, for {@link NetlinkSubscription#join}
 */
public record GenericFamily(String name, int id, int version, int headerBytes, Map<String, Integer> groups) {

    /** Bytes of generic netlink's own header: command, version, and two unused. */
    public static final int HEADER = 4;

    /** Takes a copy of the groups. */
    public GenericFamily {
        groups = Map.copyOf(groups);
    }

    /** A request of a command, to which attributes are added; one with a fixed part of its own is put before them. */
    public NetlinkRequest request(int command) {
        return new NetlinkRequest(id, 0).put8(command).put8(version).put16(0);
    }

    /** Which command a message of this family is. */
    public static int command(MessageDecoder message) throws NetlinkFormatException {
        return message.u8At(0);
    }

    /** The attributes of a message of this family. */
    public AttributeDecoder attributes(MessageDecoder message) throws NetlinkFormatException {
        return message.attributes(HEADER + headerBytes);
    }

    /**
     * The number of a group.
     *
     * @throws IllegalArgumentException if it has none of that name
     */
    public int group(String group) {
        Integer number = groups.get(group);
        if (number == null) {
            throw new IllegalArgumentException(
                    "family " + name + " has no group " + group + ", it has " + groups.keySet());
        }
        return number;
    }
}
