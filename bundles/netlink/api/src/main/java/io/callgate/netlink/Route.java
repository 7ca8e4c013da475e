// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A route.
 *
 * @param destination where it leads; {@link IpPrefix#any} for the default route
 * @param source from where, {@link IpPrefix#any} for everywhere (IPv6 only)
 * @param type 1 unicast, 2 local, 3 broadcast, 6 blackhole, 7 unreachable, 8 prohibit, ... of linux/rtnetlink.h
 * @param table 254 main, 255 local
 * @param protocol who made it: 2 kernel, 3 boot, 4 static, ...
 * @param scope 0 global, 253 link, 254 host
 * @param tos type of service
 * @param priority its metric; the smallest is used
 * @param preference of an IPv6 route: 0 medium, 1 high, 3 low
 * @param preferredSource address that packets of this machine's are given
 * @param flags RTNH_F_ONLINK (4), RTNH_F_LINKDOWN (16), ... and RTM_F_ bits
 * @param mtu of the path, 0 for the link's
 * @param hops where packets go: one, or several with weights; empty for a blackhole
 */
public record Route(
        IpPrefix destination,
        IpPrefix source,
        int type,
        long table,
        int protocol,
        int scope,
        int tos,
        long priority,
        int preference,
        Optional<IpAddress> preferredSource,
        int flags,
        long mtu,
        List<Hop> hops)
        implements NetworkEntry {

    /** RT_TABLE_MAIN. */
    public static final long MAIN = 254;
    /** RTN_UNICAST. */
    public static final int UNICAST = 1;
    /** RTPROT_STATIC: an administrator made it. */
    public static final int STATIC = 4;
    /** RT_SCOPE_LINK: what it leads to is on the link itself. */
    public static final int SCOPE_LINK = 253;

    /**
     * One way.
     *
     * @param index of the link, 0 for none
     * @param gateway the next router, empty if the destination is on the link
     * @param weight from 1 on, against the other ways
     * @param flags as the route's
     */
    public record Hop(int index, Optional<IpAddress> gateway, int weight, int flags) {}

    /** What makes two routes one: the kernel keeps several to one destination apart by all of these. */
    public record Key(
            IpPrefix destination,
            IpPrefix source,
            int type,
            long table,
            int protocol,
            int scope,
            int tos,
            long priority,
            Optional<IpAddress> preferredSource,
            long mtu,
            List<Hop> hops) {}

    /** Takes a copy of the ways. */
    public Route {
        hops = List.copyOf(hops);
    }

    /** A static route of the main table through a router. */
    public static Route via(IpPrefix destination, IpAddress gateway) {
        return route(destination, 0, new Hop(0, Optional.of(gateway), 1, 0));
    }

    /** A static route of the main table to what is on a link. */
    public static Route on(IpPrefix destination, int index) {
        int scope = destination.family() == IpAddress.IPV4 ? SCOPE_LINK : 0;
        return route(destination, scope, new Hop(index, Optional.empty(), 1, 0));
    }

    private static Route route(IpPrefix destination, int scope, Hop hop) {
        return new Route(
                destination,
                IpPrefix.any(destination.family()),
                UNICAST,
                MAIN,
                STATIC,
                scope,
                0,
                0,
                0,
                Optional.empty(),
                0,
                0,
                List.of(hop));
    }

    /** This one with another metric. */
    public Route withPriority(long metric) {
        return new Route(
                destination,
                source,
                type,
                table,
                protocol,
                scope,
                tos,
                metric,
                preference,
                preferredSource,
                flags,
                mtu,
                hops);
    }

    /** This one in another table. */
    public Route inTable(long number) {
        return new Route(
                destination,
                source,
                type,
                number,
                protocol,
                scope,
                tos,
                priority,
                preference,
                preferredSource,
                flags,
                mtu,
                hops);
    }

    /** This one through a link, whether it has a gateway or not. */
    public Route through(int index) {
        List<Hop> through = hops.stream()
                .map(hop -> new Hop(index, hop.gateway, hop.weight, hop.flags))
                .toList();
        return new Route(
                destination,
                source,
                type,
                table,
                protocol,
                scope,
                tos,
                priority,
                preference,
                preferredSource,
                flags,
                mtu,
                through);
    }

    /** This one with the address that packets of this machine's are given. */
    public Route from(IpAddress preferred) {
        return new Route(
                destination,
                source,
                type,
                table,
                protocol,
                scope,
                tos,
                priority,
                preference,
                Optional.of(preferred),
                flags,
                mtu,
                hops);
    }

    /** IPv4 (2) or IPv6 (10). */
    public int family() {
        return destination.family();
    }

    /** Its ways without their flags, which change with the links: what the kernel takes for one route. */
    @Override
    public Key key() {
        List<Hop> ways = hops.size() == 1 && hops.get(0).flags == 0
                ? hops
                : hops.stream()
                        .map(hop -> new Hop(hop.index, hop.gateway, hop.weight, 0))
                        .toList();
        return new Key(destination, source, type, table, protocol, scope, tos, priority, preferredSource, mtu, ways);
    }

    @Override
    public Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("destination", destination.toString());
        properties.put("default", destination.isAny());
        properties.put("family", family() == IpAddress.IPV4 ? "inet" : "inet6");
        properties.put("table", table);
        properties.put("protocol", protocol);
        properties.put("priority", priority);
        properties.put("type", type);
        if (!hops.isEmpty()) {
            properties.put("index", hops.get(0).index());
            hops.get(0).gateway().ifPresent(address -> properties.put("gateway", address.toString()));
        }
        return properties;
    }
}
