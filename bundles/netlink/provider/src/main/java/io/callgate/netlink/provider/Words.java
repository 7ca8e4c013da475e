// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.netlink.Address;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.Link;
import io.callgate.netlink.Neighbour;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Route;
import io.callgate.netlink.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.IntFunction;

/** The kernel's numbers in the words of iproute2, and entries as one line. */
final class Words {

    private static final Map<Integer, String> SCOPES =
            Map.of(0, "global", 200, "site", 253, "link", 254, "host", 255, "nowhere");
    private static final Map<Integer, String> PROTOCOLS = Map.of(
            0,
            "unspec",
            1,
            "redirect",
            2,
            "kernel",
            3,
            "boot",
            4,
            "static",
            9,
            "ra",
            16,
            "dhcp",
            186,
            "bgp",
            188,
            "ospf");
    private static final List<String> TYPES = List.of(
            "unspec",
            "unicast",
            "local",
            "broadcast",
            "anycast",
            "multicast",
            "blackhole",
            "unreachable",
            "prohibit",
            "throw",
            "nat",
            "xresolve");
    private static final Map<Long, String> TABLES = Map.of(253L, "default", 254L, "main", 255L, "local");
    private static final Map<Integer, String> STATES = Map.of(
            0,
            "none",
            1,
            "incomplete",
            2,
            "reachable",
            4,
            "stale",
            8,
            "delay",
            16,
            "probe",
            32,
            "failed",
            64,
            "noarp",
            128,
            "permanent");
    private static final List<String> FLAGS = List.of(
            "up",
            "broadcast",
            "debug",
            "loopback",
            "pointopoint",
            "notrailers",
            "running",
            "noarp",
            "promisc",
            "allmulti",
            "master",
            "slave",
            "multicast",
            "portsel",
            "automedia",
            "dynamic",
            "lower_up",
            "dormant",
            "echo");

    private Words() {}

    static String scope(int number) {
        return SCOPES.getOrDefault(number, Integer.toString(number));
    }

    static String protocol(int number) {
        return PROTOCOLS.getOrDefault(number, Integer.toString(number));
    }

    static String routeType(int number) {
        return number < TYPES.size() ? TYPES.get(number) : Integer.toString(number);
    }

    static String table(long number) {
        return TABLES.getOrDefault(number, Long.toString(number));
    }

    static String neighbourState(int bits) {
        return STATES.getOrDefault(bits, "0x" + Integer.toHexString(bits));
    }

    static String flags(Link link) {
        StringJoiner words = new StringJoiner(",");
        for (int bit = 0; bit < FLAGS.size(); bit++) {
            if ((link.flags() & 1 << bit) != 0) {
                words.add(FLAGS.get(bit));
            }
        }
        return words.toString();
    }

    static String prefix(IpPrefix prefix) {
        if (prefix.isAny()) {
            return "default";
        }
        return prefix.length() == prefix.address().bits() ? prefix.address().toString() : prefix.toString();
    }

    /** Where packets go: {@code via 10.0.0.1 dev eth0}, several with commas. */
    static String ways(Route route, IntFunction<String> names) {
        List<String> ways = new ArrayList<>();
        for (Route.Hop hop : route.hops()) {
            String via = hop.gateway().map(gateway -> "via " + gateway + " ").orElse("");
            ways.add(via + (hop.index() == 0 ? "" : "dev " + names.apply(hop.index())));
        }
        return String.join(", ", ways).strip();
    }

    /** An entry in one line, as a watch shows it. */
    static String line(NetworkEntry entry, IntFunction<String> names) {
        if (entry instanceof Link link) {
            return "link " + link.name() + " index " + link.index() + " "
                    + link.state().word() + " mtu " + link.mtu()
                    + (link.kind().isEmpty() ? "" : " kind " + link.kind())
                    + (link.address().isEmpty() ? "" : " address " + link.address())
                    + (link.master() == 0 ? "" : " master " + names.apply(link.master())) + " <" + flags(link) + ">"
                    + (link.alias().isEmpty() ? "" : " alias " + link.alias());
        }
        if (entry instanceof Address address) {
            return "address " + address.local() + " dev " + names.apply(address.index()) + " scope "
                    + scope(address.scope())
                    + ((address.flags() & Address.TENTATIVE) == 0 ? "" : " tentative");
        }
        if (entry instanceof Route route) {
            return ("route " + (route.type() == Route.UNICAST ? "" : routeType(route.type()) + " ")
                                    + prefix(route.destination()) + " " + ways(route, names))
                            .strip()
                    + " table " + table(route.table()) + " protocol " + protocol(route.protocol())
                    + (route.priority() == 0 ? "" : " metric " + route.priority());
        }
        if (entry instanceof Neighbour neighbour) {
            return "neighbour " + neighbour.destination().map(Object::toString).orElse("-") + " dev "
                    + names.apply(neighbour.index()) + " " + neighbour.address() + " "
                    + neighbourState(neighbour.state());
        }
        Rule rule = (Rule) entry;
        return "rule " + rule.priority() + " from " + prefix(rule.source()) + " to " + prefix(rule.destination())
                + " table " + table(rule.table());
    }
}
