// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random commands for {@code ip -batch}; some contradict what is there, and iproute2 passes them over. */
final class NetlinkRandom {

    private static final List<String> LINKS =
            List.of("va0", "va1", "va2", "vb0", "vb1", "vb2", "br0", "br1", "if0", "if1");

    private final Random random;

    NetlinkRandom(long seed) {
        random = new Random(seed);
    }

    /** The links that the commands are about. */
    static List<String> world() {
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            commands.add("link add va" + i + " type veth peer name vb" + i);
        }
        commands.add("link add br0 type bridge");
        commands.add("link add br1 type bridge");
        commands.add("link add if0 type ifb");
        commands.add("link add if1 type ifb");
        commands.add("link set lo up");
        LINKS.forEach(link -> commands.add("link set " + link + " up"));
        for (int i = 0; i < LINKS.size(); i++) {
            commands.add("addr add 10.9." + i + ".1/24 dev " + LINKS.get(i));
            commands.add("addr add fd00:9:" + i + "::1/64 dev " + LINKS.get(i) + " nodad");
        }
        return commands;
    }

    List<String> commands(int count) {
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            commands.add(
                    switch (random.nextInt(5)) {
                        case 0 -> link();
                        case 1 -> address();
                        case 2 -> route();
                        case 3 -> neighbour();
                        default -> rule();
                    });
        }
        return commands;
    }

    private int up(int limit) {
        return random.nextInt(limit);
    }

    private String one(String... of) {
        return of[up(of.length)];
    }

    private String dev() {
        return LINKS.get(up(LINKS.size()));
    }

    private String mac() {
        return String.format("02:%02x:%02x:00:00:%02x", up(256), up(256), up(256));
    }

    private String link() {
        String dev = dev();
        return switch (up(12)) {
            case 0 -> "link set " + dev + " mtu " + (1280 + up(220));
            case 1 -> "link set " + dev + " txqueuelen " + up(2000);
            case 2 -> "link set " + dev + " alias word" + up(100);
            case 3 -> "link set " + dev + " down";
            case 4, 5 -> "link set " + dev + " up";
            case 6 -> "link set " + dev + " address " + mac();
            case 7 -> "link set va" + up(3) + " " + one("master br0", "master br1", "nomaster");
            case 8 -> "link set " + dev + " group " + up(5);
            case 9 -> "link property " + one("add", "del") + " dev " + dev + " altname other-" + dev + "-" + up(2);
            case 10 -> "link add x" + up(3) + " type " + one("bridge", "ifb");
            default -> "link del x" + up(3);
        };
    }

    private String four() {
        return "10." + up(4) + "." + up(8) + "." + (1 + up(250));
    }

    private String six() {
        return String.format("fd00:%x:%x::%x", up(4), up(8), 1 + up(0xffff));
    }

    private String address() {
        String dev = dev();
        return switch (up(8)) {
            case 0 -> "addr add " + four() + "/" + (8 + up(25)) + " dev " + dev;
            case 1 -> "addr add " + four() + "/24 brd + dev " + dev + " label " + dev + ":" + up(3);
            case 2 ->
                "addr add " + four() + " peer " + four() + "/32 dev " + dev + " scope " + one("link", "host", "global");
            case 3 ->
                "addr add " + four() + "/16 dev " + dev + " valid_lft " + (1000 + up(9000)) + " preferred_lft "
                        + up(1000);
            case 4 -> "addr add " + six() + "/" + (48 + up(80)) + " dev " + dev + " nodad";
            case 5 -> "addr add " + four() + "/24 dev " + dev + " metric " + (1 + up(999)) + " noprefixroute";
            case 6 -> "addr flush dev " + dev + " scope global";
            default -> "addr flush dev " + dev + " to 10.0.0.0/14";
        };
    }

    private String route() {
        String table = " table " + one("main", "7", "1000", "70000") + " metric " + up(5) + " proto "
                + one("static", "boot", "bgp");
        int way = up(LINKS.size());
        String router = "via 10.9." + way + "." + (2 + up(200)) + " dev " + LINKS.get(way);
        String router6 = "via fd00:9:" + way + "::" + (2 + up(200)) + " dev " + LINKS.get(way);
        String four = "192." + up(20) + "." + up(256) + ".0/24";
        String six = String.format("fd10:%x::/%d", up(0x400), 32 + up(33));
        return switch (up(9)) {
            case 0 -> "route add " + four + " " + router + table;
            case 1 -> "route replace " + four + " dev " + dev() + table + " mtu " + (1000 + up(400));
            case 2 -> "route add " + one("blackhole", "unreachable", "prohibit", "throw") + " " + four + table;
            case 3 ->
                "route add " + four + table + " nexthop " + router + " weight " + (1 + up(9)) + " nexthop via 10.9."
                        + (way + 1) % LINKS.size() + ".9 dev " + LINKS.get((way + 1) % LINKS.size());
            case 4 -> "route add " + six + " " + router6 + table;
            case 5 -> "route add " + six + " dev " + dev() + table + " pref " + one("low", "high", "medium");
            case 6 -> "route del " + four + table;
            case 7 -> "route add " + four + " via inet6 fd00:9:" + way + "::5 dev " + LINKS.get(way) + table;
            default -> "route add " + four + " tos 0x10 src 10.9." + way + ".1 " + router + table;
        };
    }

    private String neighbour() {
        String state = one("permanent", "noarp", "permanent");
        String ip = one("10.9.1." + (1 + up(250)), "fd00:9:1::" + Integer.toHexString(1 + up(999)));
        return up(4) == 0
                ? "neigh del " + ip + " dev " + dev()
                : "neigh replace " + ip + " lladdr " + mac() + " nud " + state + " dev " + dev();
    }

    private String rule() {
        String pref = " pref " + (100 + up(300));
        String table = " table " + one("main", "7", "1000", "70000");
        String six = up(2) == 0 ? "" : "";
        String source = six.isEmpty()
                ? "10." + up(9) + ".0.0/" + (9 + up(8))
                : String.format("fd00:%x::/%d", up(99), 32 + up(9));
        return switch (up(6)) {
            case 0 -> "rule add from " + source + pref + table;
            case 1 -> "rule add to " + source + pref + table;
            case 2 -> "rule add fwmark " + up(99) + one("", "/0xff") + pref + table;
            case 3 -> "rule add not from " + source + " iif " + dev() + pref + table;
            case 4 -> "rule add oif " + dev() + pref + " table main suppress_prefixlength " + up(9);
            default -> "rule del" + pref;
        };
    }
}
