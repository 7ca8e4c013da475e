// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.netlink.Address;
import io.callgate.netlink.EntryListener;
import io.callgate.netlink.GenericFamily;
import io.callgate.netlink.GenericNetlink;
import io.callgate.netlink.Link;
import io.callgate.netlink.Neighbour;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Route;
import io.callgate.netlink.Rtnetlink.Selection;
import io.callgate.netlink.Rule;
import io.callgate.platform.Nearest;
import io.callgate.platform.NewestLines;
import io.callgate.platform.Table;
import io.callgate.platform.Watches;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The shell's commands for the network's tables. */
@Component(
        service = NetlinkCommands.class,
        property = {
            "osgi.command.scope=netlink",
            "osgi.command.function=links",
            "osgi.command.function=addresses",
            "osgi.command.function=routes",
            "osgi.command.function=neighbours",
            "osgi.command.function=rules",
            "osgi.command.function=families",
            "osgi.command.function=watch"
        })
public final class NetlinkCommands {

    private static final Map<String, Class<? extends NetworkEntry>> KINDS = kinds();

    /** Lines of a watch that may wait for the terminal. */
    static final int WAITING = 4096;

    private final Tables tables;
    private final GenericNetlink generic;
    private final Watches watches = new Watches("netlink:watch");

    /** Asks nothing before it is asked. */
    @Activate
    public NetlinkCommands(@Reference Tables tables, @Reference GenericNetlink generic) {
        this.tables = tables;
        this.generic = generic;
    }

    private static Map<String, Class<? extends NetworkEntry>> kinds() {
        Map<String, Class<? extends NetworkEntry>> kinds = new LinkedHashMap<>();
        kinds.put("links", Link.class);
        kinds.put("addresses", Address.class);
        kinds.put("routes", Route.class);
        kinds.put("neighbours", Neighbour.class);
        kinds.put("rules", Rule.class);
        return kinds;
    }

    /** All links. */
    @Descriptor("shows all network interfaces")
    public void links(CommandSession session) throws IOException {
        links(session, Selection.ALL);
    }

    /** Links of a kind. */
    @Descriptor("shows network interfaces of a kind")
    public void links(CommandSession session, @Descriptor("kind: bridge, veth, vlan, ...") String kind)
            throws IOException {
        links(session, Selection.ALL.kind(kind));
    }

    private void links(CommandSession session, Selection which) throws IOException {
        List<Link> all = tables.list(new LinkCodec(), which);
        IntFunction<String> names = names();
        Table table = new Table("INDEX", "NAME", "KIND", "STATE", "MTU", "ADDRESS", "MASTER", "FLAGS");
        for (Link link : all) {
            table.row(
                    link.index(),
                    link.name(),
                    link.kind(),
                    link.state().word(),
                    link.mtu(),
                    link.address(),
                    link.master() == 0 ? "" : names.apply(link.master()),
                    Words.flags(link));
        }
        session.getConsole().println(table);
    }

    /** All addresses. */
    @Descriptor("shows the addresses of all links")
    public void addresses(CommandSession session) throws IOException {
        addresses(session, Selection.ALL);
    }

    /** Those of a link. */
    @Descriptor("shows the addresses of a link")
    public void addresses(CommandSession session, @Descriptor("name of the link") String link) throws IOException {
        addresses(session, Selection.ALL.on(index(link)));
    }

    private void addresses(CommandSession session, Selection which) throws IOException {
        IntFunction<String> names = names();
        Table table = new Table("LINK", "ADDRESS", "SCOPE", "VALID", "STATE");
        for (Address address : tables.list(new AddressCodec(), which)) {
            table.row(
                    names.apply(address.index()),
                    address.local(),
                    Words.scope(address.scope()),
                    address.validSeconds() == Address.FOREVER ? "forever" : address.validSeconds() + " s",
                    (address.flags() & Address.TENTATIVE) == 0 ? "" : "tentative");
        }
        session.getConsole().println(table);
    }

    /** The main table. */
    @Descriptor("shows the routes of the main table")
    public void routes(CommandSession session) throws IOException {
        routes(session, Selection.ALL.in(Route.MAIN));
    }

    /** Another table. */
    @Descriptor("shows the routes of a table")
    public void routes(CommandSession session, @Descriptor("number of the table, main, local or all") String table)
            throws IOException {
        routes(session, Selection.ALL.in(table(table)));
    }

    private static long table(String text) {
        return switch (text) {
            case "all" -> 0;
            case "main" -> Route.MAIN;
            case "local" -> 255;
            default -> {
                try {
                    yield Long.parseLong(text);
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException("a table is a number, main, local or all: " + text, e);
                }
            }
        };
    }

    private void routes(CommandSession session, Selection which) throws IOException {
        IntFunction<String> names = names();
        Table table = new Table("DESTINATION", "WAY", "TYPE", "TABLE", "PROTOCOL", "METRIC", "SOURCE");
        for (Route route : tables.list(new RouteCodec(), which)) {
            table.row(
                    Words.prefix(route.destination()),
                    Words.ways(route, names),
                    Words.routeType(route.type()),
                    Words.table(route.table()),
                    Words.protocol(route.protocol()),
                    route.priority() == 0 ? "" : route.priority(),
                    route.preferredSource().map(Object::toString).orElse(""));
        }
        session.getConsole().println(table);
    }

    /** All neighbours. */
    @Descriptor("shows who is known on the links, with their hardware addresses")
    public void neighbours(CommandSession session) throws IOException {
        IntFunction<String> names = names();
        Table table = new Table("LINK", "DESTINATION", "ADDRESS", "STATE");
        for (Neighbour neighbour : tables.list(new NeighbourCodec(), Selection.ALL)) {
            table.row(
                    names.apply(neighbour.index()),
                    neighbour.destination().map(Object::toString).orElse(""),
                    neighbour.address(),
                    Words.neighbourState(neighbour.state()));
        }
        session.getConsole().println(table);
    }

    /** All rules. */
    @Descriptor("shows the rules of policy routing")
    public void rules(CommandSession session) throws IOException {
        Table table = new Table("PRIORITY", "FAMILY", "FROM", "TO", "MARK", "IN", "OUT", "TABLE");
        for (Rule rule : tables.list(new RuleCodec(), Selection.ALL)) {
            table.row(
                    rule.priority(),
                    rule.family() == 2 ? "inet" : "inet6",
                    (rule.inverted() ? "not " : "") + Words.prefix(rule.source()),
                    Words.prefix(rule.destination()),
                    rule.mask() == 0
                            ? ""
                            : "0x" + Long.toHexString(rule.mark()) + "/0x" + Long.toHexString(rule.mask()),
                    rule.inLink(),
                    rule.outLink(),
                    Words.table(rule.table()));
        }
        session.getConsole().println(table);
    }

    /** All families. */
    @Descriptor("shows the families of generic netlink, with their multicast groups")
    public void families(CommandSession session) throws IOException {
        Table table = new Table("ID", "NAME", "VERSION", "GROUPS");
        for (GenericFamily family : generic.families()) {
            table.row(
                    family.id(),
                    family.name(),
                    family.version(),
                    String.join(" ", new TreeSet<>(family.groups().keySet())));
        }
        session.getConsole().println(table);
    }

    /** All kinds. */
    @Descriptor("prints what happens to links, addresses, routes, neighbours and rules until Ctrl-C")
    public void watch(
            CommandSession session,
            @Descriptor("only what matches, for example '(name=eth0)' or '(default=true)'")
                    @Parameter(
                            names = {"-f", "--filter"},
                            absentValue = "")
                    String filter)
            throws Exception {
        watch(session, filter, KINDS.keySet().toArray(String[]::new));
    }

    /** Some kinds. */
    @Descriptor("prints what happens to some of links, addresses, routes, neighbours and rules until Ctrl-C")
    public void watch(
            CommandSession session,
            @Descriptor("only what matches, for example '(name=eth0)' or '(default=true)'")
                    @Parameter(
                            names = {"-f", "--filter"},
                            absentValue = "")
                    String filter,
            @Descriptor("links, addresses, routes, neighbours, rules") String... kinds)
            throws Exception {
        for (String kind : kinds) {
            if (!KINDS.containsKey(kind)) {
                throw new IllegalArgumentException("there is nothing called " + kind + " to watch"
                        + Nearest.meant(kind, KINDS.keySet()) + " (" + String.join(", ", KINDS.keySet()) + ")");
            }
        }
        watches.run(new NewestLines(WAITING), lines -> follow(lines, filter, kinds), session.getConsole());
    }

    private AutoCloseable follow(NewestLines lines, String filter, String... kinds) {
        Map<Integer, String> names = new ConcurrentHashMap<>();
        List<EventLoop.Registration> following = new ArrayList<>();
        following.add(tables.follow(Link.class, "", new Names(names)));
        AutoCloseable end = () -> following.forEach(EventLoop.Registration::close);
        for (String kind : kinds) {
            following.add(tables.follow(KINDS.get(kind), filter, new Shown(lines, names)));
        }
        return end;
    }

    private int index(String name) throws IOException {
        List<Link> all = tables.list(new LinkCodec(), Selection.ALL);
        for (Link link : all) {
            if (link.name().equals(name) || link.otherNames().contains(name)) {
                return link.index();
            }
        }
        throw new IllegalArgumentException("there is no link \"" + name + "\""
                + Nearest.meant(name, all.stream().map(Link::name).toList())
                + " (netlink:links shows those there are)");
    }

    private IntFunction<String> names() throws IOException {
        Map<Integer, String> names = new HashMap<>();
        tables.list(new LinkCodec(), Selection.ALL).forEach(link -> names.put(link.index(), link.name()));
        return named(names);
    }

    /** A link that has gone, or of another namespace, has a number only. */
    private static IntFunction<String> named(Map<Integer, String> names) {
        return index -> names.getOrDefault(index, Integer.toString(index));
    }

    /** Ends the watches that run. */
    @Deactivate
    public void stop() {
        watches.stop();
    }

    /** Keeps the names of links; that of one that has gone, too, since its routes and addresses may be told after it. */
    private record Names(Map<Integer, String> names) implements EntryListener<Link> {

        @Override
        public void existing(List<Link> links) {
            links.forEach(this::added);
        }

        @Override
        public void added(Link link) {
            names.put(link.index(), link.name());
        }

        @Override
        public void changed(Link before, Link now) {
            added(now);
        }

        @Override
        public void removed(Link link) {
            // see above
        }
    }

    /** One line for each change; what is there already is no news. */
    private record Shown(NewestLines lines, Map<Integer, String> names) implements EntryListener<NetworkEntry> {

        @Override
        public void existing(List<NetworkEntry> entries) {
            // netlink:links and its like show it
        }

        @Override
        public void added(NetworkEntry entry) {
            say("added", entry);
        }

        @Override
        public void changed(NetworkEntry before, NetworkEntry now) {
            say("changed", now);
        }

        @Override
        public void removed(NetworkEntry entry) {
            say("removed", entry);
        }

        @Override
        public void overrun(long events) {
            lines.add(Instant.now() + "  lost     " + (events == 0 ? "events" : events + " events")
                    + ", the difference follows");
        }

        private void say(String what, NetworkEntry entry) {
            lines.add(
                    Instant.now() + "  " + (what + "       ").substring(0, 7) + "  " + Words.line(entry, named(names)));
        }
    }
}
