// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.util.HashMap;
import java.util.Map;

/**
 * A rule of policy routing: which packets look into which table.
 *
 * @param family IPv4 (2) or IPv6 (10)
 * @param priority the smallest is asked first
 * @param inverted whether it is for packets that do not match
 * @param source of the packets
 * @param destination of the packets
 * @param inLink name of the link they came by, empty for any
 * @param outLink name of the link of the socket they come from, empty for any
 * @param mark of the packets, compared under the mask
 * @param mask of the mark, 0 for any
 * @param tos type of service, 0 for any
 * @param protocol TCP (6), UDP (17), 0 for any
 * @param action 1 look into the table, 6 blackhole, 7 unreachable, 8 prohibit
 * @param table to look into
 * @param suppressPrefix routes with a prefix of so many bits or fewer are not used; negative for none
 * @param origin who made it, as a route's protocol
 */
public record Rule(
        int family,
        long priority,
        boolean inverted,
        IpPrefix source,
        IpPrefix destination,
        String inLink,
        String outLink,
        long mark,
        long mask,
        int tos,
        int protocol,
        int action,
        long table,
        int suppressPrefix,
        int origin)
        implements NetworkEntry {

    /** FR_ACT_TO_TBL. */
    public static final int LOOK_UP = 1;

    /** Packets from somewhere look into a table. */
    public static Rule from(IpPrefix source, long priority, long table) {
        return rule(source, IpPrefix.any(source.family()), priority, table, 0, 0);
    }

    /** Packets with a mark look into a table. */
    public static Rule marked(int family, long mark, long mask, long priority, long table) {
        return rule(IpPrefix.any(family), IpPrefix.any(family), priority, table, mark, mask);
    }

    private static Rule rule(IpPrefix source, IpPrefix destination, long priority, long table, long mark, long mask) {
        return new Rule(
                source.family(),
                priority,
                false,
                source,
                destination,
                "",
                "",
                mark,
                mask,
                0,
                0,
                LOOK_UP,
                table,
                -1,
                Route.STATIC);
    }

    /** The whole rule: the kernel keeps rules apart that differ in anything. */
    @Override
    public Rule key() {
        return this;
    }

    @Override
    public Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("family", family == IpAddress.IPV4 ? "inet" : "inet6");
        properties.put("priority", priority);
        properties.put("source", source.toString());
        properties.put("destination", destination.toString());
        properties.put("table", table);
        properties.put("mark", mark);
        return properties;
    }
}
