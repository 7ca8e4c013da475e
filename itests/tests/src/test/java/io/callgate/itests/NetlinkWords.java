// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import io.callgate.netlink.Address;
import io.callgate.netlink.Link;
import io.callgate.netlink.Neighbour;
import io.callgate.netlink.Route;
import io.callgate.netlink.Rule;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** What iproute2 says and what we say of one thing, field by field in the same words, so that the two can be compared. */
final class NetlinkWords {

    private static final List<String> FLAGS = List.of(
            "UP",
            "BROADCAST",
            "DEBUG",
            "LOOPBACK",
            "POINTOPOINT",
            "NOTRAILERS",
            "RUNNING",
            "NOARP",
            "PROMISC",
            "ALLMULTI",
            "MASTER",
            "SLAVE",
            "MULTICAST",
            "PORTSEL",
            "AUTOMEDIA",
            "DYNAMIC",
            "LOWER_UP",
            "DORMANT",
            "ECHO");
    private static final Map<String, String> SCOPES =
            Map.of("0", "global", "200", "site", "253", "link", "254", "host", "255", "nowhere");
    private static final Map<String, String> PROTOCOLS =
            Map.of("0", "unspec", "2", "kernel", "3", "boot", "4", "static", "9", "ra", "16", "dhcp", "186", "bgp");
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
            "throw");
    private static final Map<String, String> TABLES = Map.of("253", "default", "254", "main", "255", "local");
    private static final Map<Integer, String> STATES = Map.of(
            1,
            "INCOMPLETE",
            2,
            "REACHABLE",
            4,
            "STALE",
            8,
            "DELAY",
            16,
            "PROBE",
            32,
            "FAILED",
            64,
            "NOARP",
            128,
            "PERMANENT");
    private static final List<String> PREFERENCES = List.of("medium", "high", "2", "low");

    private NetlinkWords() {}

    private static String text(JsonObject object, String key, String without) {
        JsonValue value = object.get(key);
        return value == null ? without : value instanceof JsonString string ? string.getString() : value.toString();
    }

    private static String named(Map<String, String> names, long number) {
        return names.getOrDefault(Long.toString(number), Long.toString(number));
    }

    // ---- links -------------------------------------------------------------------------------------------------

    static Map<String, String> link(JsonObject link) {
        Map<String, String> fields = new TreeMap<>();
        for (String key : List.of(
                "ifindex",
                "ifname",
                "mtu",
                "qdisc",
                "operstate",
                "promiscuity",
                "min_mtu",
                "max_mtu",
                "num_tx_queues",
                "num_rx_queues")) {
            fields.put(key, text(link, key, ""));
        }
        fields.put("txqlen", text(link, "txqlen", "0"));
        fields.put("group", text(link, "group", "default").replace("default", "0"));
        for (String key : List.of("address", "broadcast", "master", "link", "ifalias")) {
            fields.put(key, text(link, key, ""));
        }
        fields.put("kind", link.containsKey("linkinfo") ? text(link.getJsonObject("linkinfo"), "info_kind", "") : "");
        fields.put("altnames", new TreeSet<>(strings(link, "altnames")).toString());
        TreeSet<String> flags = new TreeSet<>(strings(link, "flags"));
        flags.remove("NO-CARRIER"); // UP without RUNNING
        flags.remove("M-DOWN");
        fields.put("flags", flags.toString());
        return fields;
    }

    private static List<String> strings(JsonObject object, String key) {
        JsonArray array = object.getJsonArray(key);
        List<String> strings = new ArrayList<>();
        if (array != null) {
            array.getValuesAs(JsonString.class).forEach(each -> strings.add(each.getString()));
        }
        return strings;
    }

    static Map<String, String> link(Link link, IntFunction<String> names) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("ifindex", "" + link.index());
        fields.put("ifname", link.name());
        fields.put("mtu", "" + link.mtu());
        fields.put("qdisc", link.qdisc());
        fields.put("operstate", link.state().name());
        fields.put("promiscuity", "" + link.promiscuity());
        fields.put("min_mtu", "" + link.minMtu());
        fields.put("max_mtu", "" + link.maxMtu());
        fields.put("num_tx_queues", "" + link.txQueues());
        fields.put("num_rx_queues", "" + link.rxQueues());
        fields.put("txqlen", "" + link.txQueueLength());
        fields.put("group", "" + link.group());
        fields.put("address", link.address());
        fields.put("broadcast", link.broadcast());
        fields.put("master", link.master() == 0 ? "" : names.apply(link.master()));
        fields.put("link", link.lower() == 0 || link.lowerNamespace() >= 0 ? "" : names.apply(link.lower()));
        fields.put("ifalias", link.alias());
        fields.put("kind", link.kind());
        fields.put("altnames", new TreeSet<>(link.otherNames()).toString());
        TreeSet<String> flags = new TreeSet<>();
        for (int bit = 0; bit < FLAGS.size(); bit++) {
            if ((link.flags() & 1 << bit) != 0 && !FLAGS.get(bit).equals("RUNNING")) {
                flags.add(FLAGS.get(bit));
            }
        }
        fields.put("flags", flags.toString());
        return fields;
    }

    // ---- addresses ---------------------------------------------------------------------------------------------

    static Map<String, String> address(String link, JsonObject address) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("link", link);
        fields.put("local", text(address, "local", "") + "/" + text(address, "prefixlen", ""));
        fields.put("peer", text(address, "address", ""));
        fields.put("broadcast", text(address, "broadcast", ""));
        fields.put("scope", text(address, "scope", ""));
        fields.put("label", text(address, "label", ""));
        fields.put("valid", text(address, "valid_life_time", ""));
        fields.put("preferred", text(address, "preferred_life_time", ""));
        fields.put("metric", text(address, "metric", "0"));
        fields.put("permanent", "" + !address.containsKey("dynamic"));
        fields.put("secondary", "" + (address.containsKey("secondary") || address.containsKey("temporary")));
        fields.put("tentative", "" + address.containsKey("tentative"));
        fields.put("noprefixroute", "" + address.containsKey("noprefixroute"));
        return fields;
    }

    static Map<String, String> address(Address address, IntFunction<String> names) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("link", names.apply(address.index()));
        fields.put("local", address.local().toString());
        fields.put("peer", address.peer().map(Object::toString).orElse(""));
        fields.put("broadcast", address.broadcast().map(Object::toString).orElse(""));
        fields.put("scope", named(SCOPES, address.scope()));
        fields.put("label", address.label());
        fields.put("valid", "" + address.validSeconds());
        fields.put("preferred", "" + address.preferredSeconds());
        fields.put("metric", "" + address.metric());
        fields.put("permanent", "" + ((address.flags() & Address.PERMANENT) != 0));
        fields.put("secondary", "" + ((address.flags() & 0x01) != 0));
        fields.put("tentative", "" + ((address.flags() & Address.TENTATIVE) != 0));
        fields.put("noprefixroute", "" + ((address.flags() & 0x200) != 0));
        return fields;
    }

    // ---- routes ------------------------------------------------------------------------------------------------

    static Map<String, String> route(JsonObject route, boolean four) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("type", text(route, "type", "unicast"));
        fields.put("dst", text(route, "dst", ""));
        fields.put("table", text(route, "table", "main"));
        fields.put("protocol", text(route, "protocol", ""));
        fields.put("scope", text(route, "scope", ""));
        fields.put("prefsrc", text(route, "prefsrc", ""));
        fields.put("metric", text(route, "metric", "0"));
        fields.put("pref", four ? "" : text(route, "pref", ""));
        fields.put("tos", Integer.decode(text(route, "tos", "0")).toString());
        fields.put(
                "mtu",
                route.containsKey("metrics")
                        ? text(route.getJsonArray("metrics").getJsonObject(0), "mtu", "0")
                        : "0");
        List<String> ways = new ArrayList<>();
        if (route.containsKey("nexthops")) {
            route.getJsonArray("nexthops").getValuesAs(JsonObject.class).forEach(hop -> ways.add(way(hop)));
        } else if (!way(route).equals("  1")) {
            ways.add(way(route));
        }
        fields.put("ways", ways.toString());
        return fields;
    }

    private static String way(JsonObject hop) {
        String gateway = hop.containsKey("via") ? text(hop.getJsonObject("via"), "host", "") : text(hop, "gateway", "");
        return gateway + " " + text(hop, "dev", "") + " " + text(hop, "weight", "1");
    }

    static Map<String, String> route(Route route, IntFunction<String> names) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("type", TYPES.get(route.type()));
        boolean host =
                route.destination().length() == route.destination().address().bits();
        fields.put(
                "dst",
                route.destination().isAny()
                        ? "default"
                        : host
                                ? route.destination().address().toString()
                                : route.destination().toString());
        fields.put("table", named(TABLES, route.table()));
        fields.put("protocol", named(PROTOCOLS, route.protocol()));
        fields.put("scope", named(SCOPES, route.scope()));
        fields.put("prefsrc", route.preferredSource().map(Object::toString).orElse(""));
        fields.put("metric", "" + route.priority());
        fields.put("pref", route.family() == 2 ? "" : PREFERENCES.get(route.preference()));
        fields.put("tos", "" + route.tos());
        fields.put("mtu", "" + route.mtu());
        List<String> ways = new ArrayList<>();
        for (Route.Hop hop : route.hops()) {
            ways.add(hop.gateway().map(Object::toString).orElse("") + " "
                    + (hop.index() == 0 ? "" : names.apply(hop.index())) + " " + hop.weight());
        }
        fields.put("ways", ways.toString());
        return fields;
    }

    // ---- neighbours --------------------------------------------------------------------------------------------

    static Map<String, String> neighbour(JsonObject neighbour) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("dst", text(neighbour, "dst", ""));
        fields.put("dev", text(neighbour, "dev", ""));
        fields.put("lladdr", text(neighbour, "lladdr", ""));
        fields.put("state", String.join(",", strings(neighbour, "state")));
        fields.put("router", "" + neighbour.containsKey("router"));
        return fields;
    }

    static Map<String, String> neighbour(Neighbour neighbour, IntFunction<String> names) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("dst", neighbour.destination().map(Object::toString).orElse(""));
        fields.put("dev", names.apply(neighbour.index()));
        fields.put("lladdr", neighbour.address());
        fields.put("state", STATES.getOrDefault(neighbour.state(), ""));
        fields.put("router", "" + ((neighbour.flags() & 0x80) != 0));
        return fields;
    }

    static Map<String, String> bridged(JsonObject entry) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("mac", text(entry, "mac", ""));
        fields.put("dev", text(entry, "ifname", ""));
        fields.put("vlan", text(entry, "vlan", "0"));
        fields.put("master", text(entry, "master", ""));
        return fields;
    }

    static Map<String, String> bridged(Neighbour entry, IntFunction<String> names) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("mac", entry.address());
        fields.put("dev", names.apply(entry.index()));
        fields.put("vlan", "" + entry.vlan());
        fields.put("master", entry.master() == 0 ? "" : names.apply(entry.master()));
        return fields;
    }

    // ---- rules -------------------------------------------------------------------------------------------------

    static Map<String, String> rule(JsonObject rule, String family) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("family", family);
        fields.put("priority", text(rule, "priority", ""));
        fields.put("not", "" + rule.containsKey("not"));
        fields.put("src", prefix(rule, "src", family));
        fields.put("dst", prefix(rule, "dst", family));
        fields.put("iif", text(rule, "iif", ""));
        fields.put("oif", text(rule, "oif", ""));
        fields.put("mark", Long.decode(text(rule, "fwmark", "0")).toString());
        fields.put(
                "mask",
                Long.decode(text(rule, "fwmask", rule.containsKey("fwmark") ? "0xffffffff" : "0"))
                        .toString());
        fields.put("table", text(rule, "table", ""));
        fields.put("suppress", text(rule, "suppress_prefixlen", "-1"));
        return fields;
    }

    private static String prefix(JsonObject rule, String key, String family) {
        String address = text(rule, key, "all");
        if (address.equals("all")) {
            return "all";
        }
        return address + "/" + text(rule, key + "len", family.equals("inet") ? "32" : "128");
    }

    static Map<String, String> rule(Rule rule) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("family", rule.family() == 2 ? "inet" : "inet6");
        fields.put("priority", "" + rule.priority());
        fields.put("not", "" + rule.inverted());
        fields.put("src", rule.source().length() == 0 ? "all" : rule.source().toString());
        fields.put(
                "dst",
                rule.destination().length() == 0 ? "all" : rule.destination().toString());
        fields.put("iif", rule.inLink());
        fields.put("oif", rule.outLink());
        fields.put("mark", "" + rule.mark());
        fields.put("mask", "" + rule.mask());
        fields.put("table", named(TABLES, rule.table()));
        fields.put("suppress", "" + rule.suppressPrefix());
        return fields;
    }
}
