// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.Errno;
import io.callgate.netlink.IpAddress;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.Link;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Route;
import io.callgate.netlink.Rtnetlink.Selection;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A route that is to be there. */
final class RouteWish implements Wish {

    /** IPv6 routes without a metric get this one. */
    private static final long IPV6_DEFAULT = 1024;

    private final Network network;
    private final Wanted wanted;

    /**
     * What a configuration says.
     *
     * @param gateway empty for a destination on the link
     * @param link name, empty for the one on which the gateway is
     */
    record Wanted(IpPrefix destination, Optional<IpAddress> gateway, String link, long table, long metric) {

        Map<String, String> identity() {
            Map<String, String> identity = new HashMap<>();
            identity.put("destination", destination.toString());
            identity.put("gateway", gateway.map(Object::toString).orElse(""));
            identity.put("link", link);
            identity.put("table", Long.toString(table));
            identity.put("metric", Long.toString(metric));
            return identity;
        }

        static Wanted of(Map<String, String> identity) {
            String gateway = identity.get("gateway");
            return new Wanted(
                    IpPrefix.of(identity.get("destination")),
                    gateway.isEmpty() ? Optional.empty() : Optional.of(IpAddress.of(gateway)),
                    identity.get("link"),
                    Long.parseLong(identity.get("table")),
                    Long.parseLong(identity.get("metric")));
        }

        private Route route(int index) {
            Route route = gateway.isPresent() ? Route.via(destination, gateway.get()) : Route.on(destination, index);
            return (index == 0 ? route : route.through(index)).inTable(table).withPriority(metric);
        }
    }

    RouteWish(Network network, Wanted wanted) {
        this.network = network;
        this.wanted = wanted;
    }

    @Override
    public Class<? extends NetworkEntry> kind() {
        return Route.class;
    }

    @Override
    public Map<String, String> identity() {
        return wanted.identity();
    }

    @Override
    public Look look() throws IOException {
        Optional<Link> link = wanted.link.isEmpty() ? Optional.empty() : network.link(wanted.link);
        if (!wanted.link.isEmpty() && link.isEmpty()) {
            return Look.impossible("there is no link " + wanted.link + " (netlink:links shows those there are)");
        }
        if (link.isPresent() && !link.get().isSetUp()) {
            return Look.impossible("link " + wanted.link + " is not set up: declare it with \"up\": true");
        }
        int index = link.map(Link::index).orElse(0);
        Selection which = Selection.ALL.of(wanted.destination.family()).in(wanted.table);
        return look(network.tables().list(new RouteCodec(), which), index);
    }

    /** Another route to the destination is left alone: it is not ours. */
    Look look(List<Route> routes, int index) {
        List<Route> same = routes.stream().filter(this::isInItsPlace).toList();
        for (Route each : same) {
            if (isWanted(each, index)) {
                return new Look(State.THERE, each, "");
            }
        }
        return same.isEmpty()
                ? new Look(State.ABSENT, null, "")
                : Look.impossible("there is another route to " + wanted.destination + " with that metric, "
                        + way(same.get(0)) + ": delete it, or declare another metric");
    }

    private static String way(Route other) {
        if (other.hops().isEmpty()) {
            return "which leads nowhere";
        }
        Route.Hop hop = other.hops().get(0);
        return hop.gateway().map(gateway -> "by " + gateway).orElse("on link " + hop.index());
    }

    /** The kernel keeps one route for each destination and metric, as far as we make them. */
    private boolean isInItsPlace(Route route) {
        boolean six = route.family() == IpAddress.IPV6;
        long metric = wanted.metric == 0 && six ? IPV6_DEFAULT : wanted.metric;
        return route.destination().equals(wanted.destination)
                && route.source().isAny()
                && route.tos() == 0
                && route.priority() == metric;
    }

    private boolean isWanted(Route route, int index) {
        List<Route.Hop> hops = route.hops();
        return route.type() == Route.UNICAST
                && hops.size() == 1
                && hops.get(0).gateway().equals(wanted.gateway)
                && (index == 0 || hops.get(0).index() == index);
    }

    @Override
    public void make(Look seen) throws IOException {
        int index = wanted.link.isEmpty()
                ? 0
                : network.link(wanted.link).map(Link::index).orElse(0);
        network.request(RouteCodec.put(wanted.route(index), NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE));
    }

    @Override
    public void remove(Map<String, String> identity) throws IOException {
        remove(network, identity);
    }

    static void remove(Network network, Map<String, String> identity) throws IOException {
        Wanted made = Wanted.of(identity);
        Optional<Link> link = made.link.isEmpty() ? Optional.empty() : network.link(made.link);
        if (!made.link.isEmpty() && link.isEmpty()) {
            return; // it went with its link
        }
        network.removal(RouteCodec.delete(made.route(link.map(Link::index).orElse(0))), Errno.ESRCH, Errno.ENODEV);
    }
}
