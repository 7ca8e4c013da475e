// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.itests.harness.Await;
import io.callgate.linux.DeviceListener;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.OpenFlag;
import io.callgate.netlink.Address;
import io.callgate.netlink.Declared;
import io.callgate.netlink.EntryListener;
import io.callgate.netlink.GenericFamily;
import io.callgate.netlink.GenericNetlink;
import io.callgate.netlink.IpAddress;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.Link;
import io.callgate.netlink.LinkListener;
import io.callgate.netlink.LinkModes;
import io.callgate.netlink.LinkSettings;
import io.callgate.netlink.LinkState;
import io.callgate.netlink.Neighbour;
import io.callgate.netlink.Netlink;
import io.callgate.netlink.NetlinkConnection;
import io.callgate.netlink.NetlinkException;
import io.callgate.netlink.NetlinkListener;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.NetlinkSubscription;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.NetworkLink;
import io.callgate.netlink.Route;
import io.callgate.netlink.RouteListener;
import io.callgate.netlink.Rtnetlink;
import io.callgate.netlink.Rtnetlink.Selection;
import io.callgate.netlink.Rule;
import io.callgate.netlink.SocketFilter;
import io.callgate.netlink.Uevent;
import io.callgate.netlink.UeventListener;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** The kernel's network tables beside iproute2, in a network namespace of their own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetlinkIT {

    /** Random configurations; 100,000 in the soak. */
    private static final int CONFIGURATIONS = Integer.getInteger("callgate.netlink.configurations", 3_000);

    /** Messages that pretend to be the kernel's; 100,000 in the soak. */
    private static final int FORGERIES = Integer.getInteger("callgate.netlink.forgeries", 10_000);

    /** Updates under a stream of events; 5,000 in the soak. */
    private static final int UPDATES = Integer.getInteger("callgate.netlink.updates", 15);

    /** Uevents in one flood; 100,000 in the soak. */
    private static final int UEVENTS = Integer.getInteger("callgate.netlink.uevents", 20_000);

    /** Links and devices made and taken away in one storm; 20,000 in the soak. */
    private static final int STORM = Integer.getInteger("callgate.netlink.storm", 500);

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTNLGRP_LINK = 1;
    private static final int RTNLGRP_IPV4_IFADDR = 5;
    private static final Ioctl LOOP_CTL_ADD = new Ioctl(0x4C80);
    private static final Ioctl LOOP_CTL_REMOVE = new Ioctl(0x4C81);
    private static final int FIRST_LOOP = 200;
    private static final int IN_ONE_BATCH = 60;
    private static final int ROUTES = 10_000;
    private static final int LINKS = 1_000;

    private NetlinkRig rig;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        String hindrance = NetlinkRig.hindrance();
        assumeTrue(hindrance.isEmpty(), hindrance);
        rig = NetlinkRig.start(home);
    }

    @AfterAll
    void stop() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    @AfterEach
    void tidyUp() throws Exception {
        rig.tidyUp();
    }

    /** A table as a listener is told of it. */
    private static class Followed<T extends NetworkEntry> implements EntryListener<T> {

        final Map<Object, T> entries = new ConcurrentHashMap<>();
        final AtomicInteger lists = new AtomicInteger();
        final AtomicInteger overruns = new AtomicInteger();
        final AtomicLong changes = new AtomicLong();
        final Set<String> mistakes = ConcurrentHashMap.newKeySet();

        @Override
        public void existing(List<T> all) {
            entries.clear();
            all.forEach(each -> entries.put(each.key(), each));
            lists.incrementAndGet();
        }

        @Override
        public void added(T entry) {
            changes.incrementAndGet();
            if (entries.put(entry.key(), entry) != null) {
                mistakes.add("added, but was there: " + entry);
            }
        }

        @Override
        public void changed(T before, T now) {
            changes.incrementAndGet();
            if (!before.equals(entries.put(now.key(), now))) {
                mistakes.add("changed from what it was not: " + before);
            }
        }

        @Override
        public void removed(T entry) {
            changes.incrementAndGet();
            if (entries.remove(entry.key()) == null) {
                mistakes.add("removed, but was not there: " + entry);
            }
        }

        @Override
        public void overrun(long events) {
            overruns.incrementAndGet();
        }
    }

    private <T extends NetworkEntry> AutoCloseable follow(Class<T> kind, Followed<T> listener) throws IOException {
        AutoCloseable following = rig.rtnetlink().follow(kind, "", listener);
        Await.until("the list of " + kind.getSimpleName(), () -> listener.lists.get() > 0);
        return following;
    }

    private IntFunction<String> names() throws IOException {
        Map<Integer, String> names = new HashMap<>();
        rig.rtnetlink().links(Selection.ALL).forEach(link -> names.put(link.index(), link.name()));
        return index -> names.getOrDefault(index, "if" + index);
    }

    @FunctionalInterface
    private interface Sides {
        Collection<Map<String, String>> get() throws IOException;
    }

    /** Both at one moment: what runs down or is being decided makes two looks differ, so it is looked again. */
    private static void assertSame(String what, Sides ours, Sides theirs) {
        List<List<String>> seen = new ArrayList<>();
        try {
            Await.until(what + " are what iproute2 says", Duration.ofSeconds(8), () -> {
                seen.clear();
                seen.add(ours.get().stream().map(Object::toString).sorted().toList());
                seen.add(theirs.get().stream().map(Object::toString).sorted().toList());
                return seen.get(0).equals(seen.get(1));
            });
        } catch (AssertionError e) {
            List<String> onlyOurs = new ArrayList<>(seen.get(0));
            onlyOurs.removeAll(seen.get(1));
            List<String> onlyTheirs = new ArrayList<>(seen.get(1));
            onlyTheirs.removeAll(seen.get(0));
            throw new AssertionError(
                    what + " that only we see: " + onlyOurs + ", that only iproute2 sees: " + onlyTheirs, e);
        }
    }

    private void assertAllAsIproute2Says() throws IOException {
        Rtnetlink ours = rig.rtnetlink();
        assertSame(
                "links",
                () -> {
                    IntFunction<String> names = names();
                    return ours.links(Selection.ALL).stream()
                            .map(each -> NetlinkWords.link(each, names))
                            .toList();
                },
                () -> rig.json("link", "show").stream().map(NetlinkWords::link).toList());
        assertSame(
                "addresses",
                () -> {
                    IntFunction<String> names = names();
                    return ours.addresses(Selection.ALL).stream()
                            .map(each -> NetlinkWords.address(each, names))
                            .toList();
                },
                this::theirAddresses);
        for (int family : new int[] {IpAddress.IPV4, IpAddress.IPV6}) {
            boolean four = family == IpAddress.IPV4;
            assertSame(
                    "routes",
                    () -> {
                        IntFunction<String> names = names();
                        return ours.routes(Selection.ALL.of(family)).stream()
                                .map(each -> NetlinkWords.route(each, names))
                                .toList();
                    },
                    () -> rig.json(four ? "-4" : "-6", "route", "show", "table", "all").stream()
                            .map(each -> NetlinkWords.route(each, four))
                            .toList());
            assertSame(
                    "rules",
                    () -> ours.rules(Selection.ALL.of(family)).stream()
                            .map(NetlinkWords::rule)
                            .toList(),
                    () -> rig.json(four ? "-4" : "-6", "rule").stream()
                            .map(each -> NetlinkWords.rule(each, four ? "inet" : "inet6"))
                            .toList());
        }
        assertSame(
                "neighbours",
                () -> {
                    IntFunction<String> names = names();
                    return ours.neighbours(Selection.ALL).stream()
                            .map(each -> NetlinkWords.neighbour(each, names))
                            .toList();
                },
                () -> rig.json("neigh", "show", "nud", "all").stream()
                        .map(NetlinkWords::neighbour)
                        .toList());
        assertSame(
                "bridges' tables",
                () -> {
                    IntFunction<String> names = names();
                    return ours.neighbours(Selection.ALL.of(7)).stream()
                            .map(each -> NetlinkWords.bridged(each, names))
                            .toList();
                },
                () ->
                        NetlinkRig.objects(NetlinkRig.ran(
                                        List.of("bridge", "-n", rig.namespace, "-j", "-d", "fdb", "show")))
                                .stream()
                                .map(NetlinkWords::bridged)
                                .toList());
    }

    private List<Map<String, String>> theirAddresses() throws IOException {
        List<Map<String, String>> all = new ArrayList<>();
        for (JsonObject link : rig.json("addr", "show")) {
            for (JsonObject address : link.getJsonArray("addr_info").getValuesAs(JsonObject.class)) {
                if (!address.isEmpty()) {
                    all.add(NetlinkWords.address(link.getString("ifname"), address));
                }
            }
        }
        return all;
    }

    private <T extends NetworkEntry> void assertFollowed(Followed<T> followed, Listing<T> listing) {
        List<Set<Object>> seen = new ArrayList<>();
        try {
            Await.until("what was told equals the kernel's", Duration.ofSeconds(8), () -> {
                seen.clear();
                seen.add(stable(followed.entries.values()));
                seen.add(stable(listing.list(Selection.ALL)));
                return seen.get(0).equals(seen.get(1));
            });
        } catch (AssertionError e) {
            Set<Object> onlyTold = new HashSet<>(seen.get(0));
            onlyTold.removeAll(seen.get(1));
            Set<Object> onlyListed = new HashSet<>(seen.get(1));
            onlyListed.removeAll(seen.get(0));
            throw new AssertionError("only told: " + onlyTold + ", only listed: " + onlyListed, e);
        }
        assertThat(followed.mistakes).isEmpty();
    }

    @FunctionalInterface
    private interface Listing<T> {
        List<T> list(Selection which) throws IOException;
    }

    /** Without what the kernel does not tell: seconds that run down, flags of hops, alias, queue and other names of a link that is down. */
    private static <T extends NetworkEntry> Set<Object> stable(Collection<T> entries) {
        Set<Object> all = new HashSet<>();
        for (T each : entries) {
            if (each instanceof Neighbour neighbour) {
                if ((neighbour.state() & Neighbour.PERMANENT) != 0) {
                    all.add(neighbour);
                }
            } else if (each instanceof Address address) {
                all.add(address.lasting(0, 0));
            } else if (each instanceof Route route) {
                all.add(route.key());
            } else if (each instanceof Link link) {
                all.add(List.of(
                        link.index(),
                        link.name(),
                        link.kind(),
                        link.state(),
                        link.mtu(),
                        link.address(),
                        link.master(),
                        link.isSetUp(),
                        link.isSetUp() ? link.alias() : "",
                        link.isSetUp() ? link.txQueueLength() : 0,
                        link.isSetUp() ? link.otherNames() : List.of()));
            } else {
                all.add(each);
            }
        }
        return all;
    }

    @Test
    void randomConfigurationsAreEqualToIproute2FieldByFieldListedAndFollowed() throws Exception {
        long seed = Long.getLong("callgate.netlink.seed", System.nanoTime());
        System.out.println("netlink: -Dcallgate.netlink.seed=" + seed);
        NetlinkRandom random = new NetlinkRandom(seed);
        Rtnetlink ours = rig.rtnetlink();
        Followed<Link> links = new Followed<>();
        Followed<Address> addresses = new Followed<>();
        Followed<Route> routes = new Followed<>();
        Followed<Neighbour> neighbours = new Followed<>();
        Followed<Rule> rules = new Followed<>();
        try (AutoCloseable a = follow(Link.class, links);
                AutoCloseable b = follow(Address.class, addresses);
                AutoCloseable c = follow(Route.class, routes);
                AutoCloseable d = follow(Neighbour.class, neighbours);
                AutoCloseable e = follow(Rule.class, rules)) {
            rig.batch(NetlinkRandom.world());
            for (int done = 0; done < CONFIGURATIONS; done += IN_ONE_BATCH) {
                rig.batch(random.commands(IN_ONE_BATCH));
                assertAllAsIproute2Says();
                assertFollowed(links, ours::links);
                assertFollowed(addresses, ours::addresses);
                assertFollowed(routes, ours::routes);
                assertFollowed(neighbours, ours::neighbours);
                assertFollowed(rules, ours::rules);
            }
            assertThat(List.of(links, addresses, routes, neighbours, rules))
                    .allSatisfy(each -> assertThat(each.changes).hasPositiveValue());
        }
    }

    @Test
    void ipMonitorSeesWhatWeChange() throws Exception {
        Rtnetlink ours = rig.rtnetlink();
        try (BufferedReader lines = rig.monitor("all").inputReader()) {
            Link bridge = ours.create(
                    "bridge", LinkSettings.NONE.name("lan").mtu(1400).up(true));
            NetlinkRig.line(lines, "lan", "mtu 1400", "UP");
            ours.change(bridge.index(), LinkSettings.NONE.alias("the garden's").address("02:00:00:00:00:07"));
            NetlinkRig.line(lines, "lan", "02:00:00:00:00:07");
            Address address = Address.of(bridge.index(), IpPrefix.of("10.1.2.3/24"));
            ours.put(address);
            NetlinkRig.line(lines, "10.1.2.3/24", "lan");
            Route route = Route.via(IpPrefix.of("192.0.2.0/24"), IpAddress.of("10.1.2.9"))
                    .withPriority(7);
            ours.add(route);
            NetlinkRig.line(lines, "192.0.2.0/24", "via 10.1.2.9", "metric 7");
            Neighbour neighbour = Neighbour.of(bridge.index(), IpAddress.of("10.1.2.9"), "02:00:00:00:00:09");
            ours.put(neighbour);
            NetlinkRig.line(lines, "10.1.2.9", "02:00:00:00:00:09", "PERMANENT");
            Rule rule = Rule.from(IpPrefix.of("10.5.0.0/16"), 55, 1234);
            ours.add(rule);
            NetlinkRig.line(lines, "55:", "10.5.0.0/16", "1234");

            ours.delete(rule);
            NetlinkRig.line(lines, "Deleted", "55:");
            ours.delete(neighbour);
            NetlinkRig.line(lines, "Deleted", "10.1.2.9");
            ours.delete(route);
            NetlinkRig.line(lines, "Deleted", "192.0.2.0/24");
            ours.delete(address);
            NetlinkRig.line(lines, "Deleted", "10.1.2.3/24");
            ours.deleteLink(bridge.index());
            NetlinkRig.line(lines, "Deleted", "lan");
        }
    }

    @Test
    void whatIsReadBackIsWhatWasPut() throws Exception {
        Rtnetlink ours = rig.rtnetlink();
        rig.batch(NetlinkRandom.world());
        int index = ours.link("br0").index();
        Address timed = Address.of(index, IpPrefix.of("10.7.7.7/20"))
                .withBroadcast(IpAddress.of("10.7.15.255"))
                .withFlags(0)
                .lasting(5000, 4000);
        ours.put(timed);
        assertThat(ours.addresses(Selection.ALL.on(index)))
                .filteredOn(each -> each.local().equals(timed.local()))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.broadcast()).isEqualTo(timed.broadcast());
                    assertThat(each.validSeconds()).isBetween(4900L, 5000L);
                });
        Route ways = new Route(
                IpPrefix.of("fd77::/48"),
                IpPrefix.any(IpAddress.IPV6),
                Route.UNICAST,
                4321,
                Route.STATIC,
                0,
                0,
                9,
                1,
                Optional.empty(),
                0,
                1300,
                List.of(
                        new Route.Hop(ours.link("va0").index(), Optional.of(IpAddress.of("fd00:9::5")), 3, 0),
                        new Route.Hop(ours.link("va1").index(), Optional.of(IpAddress.of("fd00:9:1::5")), 2, 0)));
        ours.add(ways);
        Route six = Route.via(IpPrefix.of("192.0.2.0/24"), IpAddress.of("fd00:9::5"))
                .through(ours.link("va0").index());
        ours.add(six);
        assertThat(ours.routes(Selection.ALL))
                .as("an IPv4 route through an IPv6 router")
                .anySatisfy(each -> assertThat(each.key()).isEqualTo(six.key()));
        assertThat(ours.routes(Selection.ALL.in(4321))).singleElement().satisfies(each -> {
            assertThat(each.key()).isEqualTo(ways.key());
            assertThat(each.mtu()).isEqualTo(1300);
            assertThat(each.preference()).isOne();
        });
        assertAllAsIproute2Says();
    }

    @Test
    void theKernelsOwnWordsAreInTheException() throws Exception {
        Rtnetlink ours = rig.rtnetlink();
        assertThatThrownBy(() -> ours.link("nowhere"))
                .isInstanceOfSatisfying(
                        NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
        Route nowhere = Route.via(IpPrefix.of("192.0.2.1/24"), IpAddress.of("10.1.2.9"));
        assertThatThrownBy(() -> ours.add(nowhere)).isInstanceOfSatisfying(NetlinkException.class, e -> {
            assertThat(e.errno()).isEqualTo(Errno.EINVAL);
            assertThat(e.text()).isEqualTo("Invalid prefix for given prefix length");
        });
        assertThatThrownBy(() -> ours.create("no-such-kind", LinkSettings.NONE.name("x")))
                .isInstanceOfSatisfying(NetlinkException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP);
                    assertThat(e.text()).isEqualTo("Unknown device type");
                });
        try (NetlinkConnection connection = rig.netlink().open(Netlink.ROUTE, rig.settings)) {
            NetlinkRequest request =
                    new NetlinkRequest(20, 0).put8(2).put8(8).zeros(2).put32(1);
            request.attributes().bytes(2, new byte[] {127, 0, 0, 2}).u8(6, 1); // IFA_CACHEINFO of one byte
            assertThatThrownBy(() -> connection.acknowledged(request))
                    .isInstanceOfSatisfying(
                            NetlinkException.class, e -> assertThat(e.offset()).hasValue(16 + 8 + 8))
                    .hasMessageContaining("at byte 32 of the request");
        }
        assertThat(ours.link("lo").index()).as("the connection goes on").isOne();
    }

    @Test
    void linksAreServicesWhoseStateFollows() throws Exception {
        rig.ip("link", "add", "va0", "type", "veth", "peer", "name", "vb0");
        NetworkLink link = (NetworkLink)
                rig.framework.service(NetworkLink.class.getName(), "(&(netlink.name=va0)(netlink.kind=veth))");
        assertThat(link.now().state()).isEqualTo(LinkState.DOWN);
        rig.ip("link", "set", "va0", "up");
        rig.ip("link", "set", "vb0", "up");
        rig.framework.service(NetworkLink.class.getName(), "(&(netlink.name=va0)(netlink.state=up))");
        link.change(LinkSettings.NONE.mtu(1300));
        Await.until("the new MTU is told", () -> link.now().mtu() == 1300);
        rig.ip("link", "set", "va0", "down");
        rig.ip("link", "set", "va0", "name", "renamed");
        rig.framework.service(NetworkLink.class.getName(), "(&(netlink.name=renamed)(netlink.state=down))");
        rig.ip("link", "del", "renamed");
        Await.until(
                "the services have gone",
                () -> rig.framework.find(NetworkLink.class.getName(), "(netlink.kind=veth)") == null);
    }

    /** With a filter a listener sees those that match come and go. */
    private static final class Recorded extends Followed<Link> implements LinkListener {}

    @Test
    void aListenerWithAFilterIsToldOfThoseThatMatch() throws Exception {
        rig.ip("link", "add", "br0", "type", "bridge");
        rig.ip("link", "add", "br1", "type", "bridge");
        rig.ip("link", "set", "br1", "up");
        Recorded up = new Recorded();
        ServiceRegistration<?> registration =
                rig.listen(LinkListener.class, up, Map.of(LinkListener.FILTER, "(&(kind=bridge)(up=true))"));
        Await.until("the first list", () -> up.lists.get() == 1);
        assertThat(up.entries.values()).extracting(Link::name).containsExactly("br1");
        rig.ip("link", "set", "br0", "up");
        Await.until("br0 has come", () -> up.entries.size() == 2);
        rig.ip("link", "set", "br1", "down");
        Await.until("br1 has left", () -> up.entries.size() == 1);
        registration.unregister();
        long told = up.changes.get();
        rig.ip("link", "set", "br0", "down");
        Recorded all = new Recorded();
        ServiceRegistration<?> other = rig.listen(LinkListener.class, all, Map.of());
        Await.until("the other is told", () -> all.lists.get() == 1);
        assertThat(up.changes).as("told after it left").hasValue(told);
        other.unregister();
    }

    @Test
    void tenThousandRoutesAndAThousandLinksAreListedAndFollowed() throws Exception {
        Rtnetlink ours = rig.rtnetlink();
        List<String> commands = new ArrayList<>(List.of("link set lo up"));
        for (int i = 0; i < LINKS; i++) {
            commands.add("link add n" + i + " group 77 type ifb");
        }
        for (int i = 0; i < ROUTES; i++) {
            commands.add("route add 172." + (16 + i / 2500) + "." + i / 10 % 250 + "." + i % 10 * 16 + "/28 dev lo");
        }
        Followed<Link> links = new Followed<>();
        Followed<Route> routes = new Followed<>();
        try (AutoCloseable a = follow(Link.class, links);
                AutoCloseable b = follow(Route.class, routes)) {
            rig.batch(commands);
            assertThat(ours.links(Selection.ALL)).hasSize(LINKS + 1);
            assertThat(ours.routes(Selection.ALL.in(Route.MAIN))).hasSize(ROUTES);
            assertFollowed(links, ours::links);
            assertFollowed(routes, ours::routes);
            Await.until(
                    "a service for each",
                    () -> rig.framework
                                    .context()
                                    .getAllServiceReferences(NetworkLink.class.getName(), "(netlink.kind=ifb)")
                                    .length
                            == LINKS);
            Followed<Route> late = new Followed<>();
            follow(Route.class, late).close();
            assertThat(late.entries).as("the first list").hasSizeGreaterThanOrEqualTo(ROUTES);
            rig.ip("link", "set", "lo", "down"); // takes the routes along, and says nothing of them
            Await.until("the routes have gone", () -> routes.entries.values().stream()
                    .noneMatch(each -> each.table() == Route.MAIN));
        }
    }

    @Test
    void forgedMessagesAreRefused() throws Exception {
        AtomicInteger events = new AtomicInteger();
        Recorded links = new Recorded();
        ServiceRegistration<?> registration = rig.listen(LinkListener.class, links, Map.of());
        Await.until("the first list", () -> links.lists.get() == 1);
        NetlinkListener listener = message -> events.incrementAndGet();
        try (NetlinkSubscription subscription = rig.netlink().listen(Netlink.ROUTE, rig.settings, listener)) {
            subscription.join(1);
            rig.rtnetlink().links(Selection.ALL);
            List<String> arguments = new ArrayList<>(List.of(Integer.toString(FORGERIES)));
            rig.ports().forEach(port -> arguments.add(Long.toUnsignedString(port)));
            assertThat(arguments).contains(Long.toUnsignedString(Integer.toUnsignedLong(subscription.port())));
            long sent = Long.parseLong(rig.peer("forge", arguments).trim());
            assertThat(sent).isGreaterThan(FORGERIES / 2);
            Await.until(
                    "all forgeries to the group are seen and refused", () -> subscription.refused() >= FORGERIES / 2);
            assertThat(events).as("forged events accepted").hasValue(0);
            assertThat(rig.rtnetlink().links(Selection.ALL))
                    .as("an answer among forgeries")
                    .extracting(Link::name)
                    .containsExactly("lo");
            rig.ip("link", "set", "lo", "up");
            Await.until("the kernel is still heard", () -> events.get() > 0);
            Await.until("by the tables, too", () -> links.changes.get() > 0);
            assertThat(links.entries.values()).extracting(Link::name).containsExactly("lo");
        } finally {
            registration.unregister();
        }
    }

    @Test
    void aLossIsSaidAndWhatWasLostIsLearntAgain() throws Exception {
        rig.buffer(4096);
        try {
            Followed<Route> routes = new Followed<>();
            Rtnetlink ours = rig.rtnetlink();
            List<String> commands = new ArrayList<>(List.of("link set lo up"));
            for (int i = 0; i < 5_000; i++) {
                commands.add(
                        "route add 172." + (16 + i / 2500) + "." + i / 10 % 250 + "." + i % 10 * 16 + "/28 dev lo");
                if (i % 3 == 0) {
                    commands.add(
                            "route del 172." + (16 + i / 2500) + "." + i / 10 % 250 + "." + i % 10 * 16 + "/28 dev lo");
                }
            }
            try (AutoCloseable following = follow(Route.class, routes)) {
                for (int i = 0; i < 20 && routes.overruns.get() == 0; i++) {
                    rig.batch(commands);
                    rig.batch(List.of("link set lo down"));
                }
                rig.batch(commands);
                assertFollowed(routes, ours::routes);
                assertThat(routes.overruns).as("losses that were said").hasPositiveValue();
                assertThat(routes.lists).as("told by differences").hasValue(1);
            }
        } finally {
            rig.buffer(32 << 20);
        }
    }

    @Test
    void whatIsDeclaredIsMadePutBackAndRemovedWithItsConfiguration() throws Exception {
        rig.configure(Declared.LINK_PID + "~lan", "{\"kind\": \"bridge\", \"mtu\": 1400, \"alias\": \"the garden's\"}");
        rig.configure(Declared.ADDRESS_PID + "~lan-ip", "{\"link\": \"lan\", \"address\": \"10.20.30.1/24\"}");
        rig.configure(
                Declared.ROUTE_PID + "~far",
                "{\"destination\": \"10.99.0.0/16\", \"gateway\": \"10.20.30.9\", \"link\": \"lan\", \"metric\": 5}");
        rig.live("lan");
        rig.live("lan-ip");
        rig.live("far");
        assertThat(rig.ip("link", "show", "lan")).contains("mtu 1400", "UP", "alias the garden's");
        assertThat(rig.ip("addr", "show", "lan")).contains("10.20.30.1/24");
        assertThat(rig.ip("route")).contains("10.99.0.0/16 via 10.20.30.9 dev lan");

        rig.ip("route", "del", "10.99.0.0/16");
        Await.until("the route is put back", () -> rig.ip("route").contains("10.99.0.0/16"));
        rig.ip("link", "set", "lan", "down"); // takes the route along, and says nothing of it
        Await.until("all is up again", () -> rig.ip("route").contains("10.99.0.0/16"));
        rig.ip("link", "del", "lan");
        Await.until("all is made again", () -> rig.ip("route").contains("10.99.0.0/16 via 10.20.30.9 dev lan"));
        Declared route = (Declared)
                rig.framework.service(Declared.class.getName(), "(&(callgate.name=far)(netlink.declared=route))");
        assertThat(route.restorations()).isGreaterThanOrEqualTo(2);

        rig.update();
        rig.live("far");
        rig.configure(Declared.ADDRESS_PID + "~lan-ip", "{\"link\": \"lan\", \"address\": \"10.20.30.2/24\"}");
        Await.until("the other address instead", () -> {
            String addresses = rig.ip("addr", "show", "lan");
            return addresses.contains("10.20.30.2/24") && !addresses.contains("10.20.30.1/24");
        });
        rig.delete(Declared.ROUTE_PID + "~far");
        assertThat(rig.ip("route")).doesNotContain("10.99.0.0/16");
        rig.delete(Declared.ADDRESS_PID + "~lan-ip");
        assertThat(rig.ip("addr", "show", "lan")).doesNotContain("10.20.30.");
        rig.delete(Declared.LINK_PID + "~lan");
        assertThat(rig.ip("link")).doesNotContain("lan");
    }

    @Test
    void whatCannotBeIsWaitedForAndWhatIsNotOursStays() throws Exception {
        rig.configure(Declared.ADDRESS_PID + "~early", "{\"link\": \"late0\", \"address\": \"10.44.0.1/24\"}");
        assertThat(rig.reason("early")).contains("there is no link late0");
        rig.ip("link", "add", "late0", "up", "type", "ifb");
        rig.live("early");
        rig.ip("addr", "add", "10.45.0.1/24", "dev", "late0");
        rig.configure(
                Declared.ADDRESS_PID + "~theirs",
                "{\"link\": \"late0\", \"address\": \"10.45.0.1/24\", \"restore\": false}");
        rig.live("theirs");
        rig.delete(Declared.ADDRESS_PID + "~theirs");
        assertThat(rig.ip("addr", "show", "late0")).contains("10.45.0.1/24");
        rig.configure(
                Declared.ADDRESS_PID + "~once",
                "{\"link\": \"late0\", \"address\": \"10.46.0.1/24\", \"restore\": false}");
        rig.live("once");
        rig.ip("addr", "del", "10.46.0.1/24", "dev", "late0");
        rig.framework.service("io.callgate.resource.ResourceStatus", "(&(callgate.name=once)(callgate.state=gone))");
        assertThat(rig.ip("addr", "show", "late0")).doesNotContain("10.46.0.1");
        rig.configure(Declared.ROUTE_PID + "~wrong", "{\"destination\": \"10.1.1.1/99\", \"link\": \"lo\"}");
        assertThat(rig.reason("wrong")).isEqualTo("a prefix of 99 bits, 10.1.1.1 has 32");
        for (String each : List.of(
                Declared.ADDRESS_PID + "~early", Declared.ADDRESS_PID + "~once", Declared.ROUTE_PID + "~wrong")) {
            rig.delete(each);
        }
    }

    @Test
    void familiesAreFoundByNameAndEthtoolTellsHowALinkIsSet() throws Exception {
        GenericNetlink generic = (GenericNetlink) rig.framework.service(GenericNetlink.class.getName(), null);
        assertThat(generic.families()).extracting(GenericFamily::name).contains("nlctrl", "ethtool");
        assertThat(generic.family("nlctrl").id()).isEqualTo(0x10);
        GenericFamily ethtool = generic.family("ethtool");
        assertThat(ethtool).isIn(generic.families());
        assertThat(ethtool.group("monitor")).isPositive();
        assertThatThrownBy(() -> generic.family("no-such-family"))
                .isInstanceOfSatisfying(
                        NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        rig.batch(List.of("link add va0 up type veth peer name vb0", "link set vb0 up"));
        LinkModes modes = generic.linkModes("va0");
        String speed = NetlinkRig.ran(List.of("ip", "netns", "exec", rig.namespace, "cat", "/sys/class/net/va0/speed"))
                .trim();
        assertThat(modes.megabits()).hasValue(Long.parseLong(speed));
        assertThat(modes.duplex()).isEqualTo(LinkModes.Duplex.FULL);
        assertThatThrownBy(() -> generic.linkModes("nowhere"))
                .isInstanceOfSatisfying(
                        NetlinkException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
        AtomicInteger heard = new AtomicInteger();
        try (NetlinkSubscription events =
                rig.netlink().listen(Netlink.GENERIC, NetlinkSettings.DEFAULT, message -> heard.incrementAndGet())) {
            events.join(generic.family("nlctrl").group("notify"));
            assertThatThrownBy(() -> events.join(1_000_000)).isInstanceOf(ErrnoException.class);
        }
    }

    /** Uevents by a number that the test gave them. */
    private static final class Announced implements UeventListener {

        final List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());
        final AtomicLong lost = new AtomicLong();
        final Set<Uevent> notSynthetic = ConcurrentHashMap.newKeySet();

        @Override
        public void announced(Uevent event) {
            if (!event.synthetic() || event.origin() != Uevent.Origin.KERNEL) {
                notSynthetic.add(event);
            }
            numbers.add(Integer.parseInt(event.variables().get("SYNTH_ARG_N")));
        }

        @Override
        public void overrun(long events) {
            lost.addAndGet(Math.max(1, events));
        }
    }

    @Test
    void aFloodOfUeventsIsDeliveredAlsoOverAnUpdate() throws Exception {
        Path file = Path.of("/sys/class/net/lo/uevent");
        assumeTrue(Files.isWritable(file), file + " cannot be written");
        Announced all = new Announced();
        Announced tens = new Announced();
        ServiceRegistration<?> one =
                rig.listen(UeventListener.class, all, Map.of(UeventListener.FILTER, "(SYNTH_ARG_N=*)"));
        ServiceRegistration<?> other = rig.listen(
                UeventListener.class, tens, Map.of(UeventListener.FILTER, "(&(SYNTH_ARG_N=*0)(SYNTHETIC=true))"));
        Await.until("the source is open", () -> {
            trigger(file, 0);
            return tens.numbers.size() > 0 && all.numbers.size() > 0;
        });
        Await.until("all that were triggered to find out", () -> all.numbers.size() == tens.numbers.size());
        all.numbers.clear();
        tens.numbers.clear();
        Thread updating = new Thread(rig::update, "update");
        for (int i = 1; i <= UEVENTS; i++) {
            trigger(file, i);
            if (i == UEVENTS / 2) {
                updating.start();
            }
        }
        updating.join();
        Await.until("the last", () -> all.numbers.contains(UEVENTS));
        all.numbers.removeIf(number -> number == 0); // of the beginning, come late
        System.out.printf(
                "netlink: %d uevents of %d, %d said to be lost%n", all.numbers.size(), UEVENTS, all.lost.get());
        if (all.lost.get() == 0) {
            assertThat(all.numbers)
                    .isEqualTo(IntStream.rangeClosed(1, UEVENTS).boxed().toList());
            assertThat(tens.numbers).contains(10, UEVENTS).doesNotContain(1, UEVENTS - 1);
        }
        assertThat(all.numbers).as("in order").isSorted();
        assertThat(all.notSynthetic).isEmpty();
        one.unregister();
        other.unregister();
    }

    private static void trigger(Path file, int number) throws IOException {
        Files.writeString(file, "change 12345678-1234-1234-1234-123456789abc N=" + number);
    }

    @Test
    void aSocketFilterDecidesInTheKernel() throws Exception {
        List<Integer> types = Collections.synchronizedList(new ArrayList<>());
        try (NetlinkSubscription events =
                rig.netlink().listen(Netlink.ROUTE, rig.settings, message -> types.add(message.type()))) {
            events.filter(SocketFilter.types(RTM_NEWLINK));
            events.join(RTNLGRP_LINK);
            events.join(RTNLGRP_IPV4_IFADDR);
            rig.batch(List.of("link add fa0 type bridge", "address add 192.0.2.1/24 dev fa0", "link del fa0"));
            rig.ip("link", "add", "fa1", "type", "bridge");
            Await.until("both links are told of", () -> Collections.frequency(types, RTM_NEWLINK) >= 2);
            assertThat(types).containsOnly(RTM_NEWLINK);
            events.filter(SocketFilter.NONE);
            rig.ip("address", "add", "192.0.2.2/24", "dev", "fa1");
            Await.until("the address is told of", () -> types.contains(RTM_NEWADDR));
            assertThat(events.overruns()).isZero();
        }
    }

    @Test
    void aConnectionKeepsItsFilterAlsoWhenItIsOpenedAnew() throws Exception {
        NetlinkSettings hasty = rig.settings.within(Duration.ofMillis(200));
        NetlinkRequest loopback =
                new NetlinkRequest(RTM_GETLINK, 0).put8(0).zeros(3).put32(1).zeros(8);
        try (NetlinkConnection connection = rig.netlink().open(Netlink.ROUTE, hasty)) {
            connection.exchange(loopback, message -> assertThat(message.type()).isEqualTo(RTM_NEWLINK));
            connection.filter(SocketFilter.of(SocketFilter.REFUSE));
            for (int i = 0; i < 2; i++) { // after the first it is another socket
                assertThatThrownBy(() -> connection.acknowledged(loopback)).isInstanceOf(SocketTimeoutException.class);
            }
            connection.filter(SocketFilter.types()); // acknowledgements only
            AtomicInteger answers = new AtomicInteger();
            connection.exchange(loopback, message -> answers.incrementAndGet());
            assertThat(answers).hasValue(0);
            connection.filter(SocketFilter.NONE);
            connection.exchange(loopback, message -> answers.incrementAndGet());
            assertThat(answers).hasValue(1);
            assertThatThrownBy(() -> connection.filter(SocketFilter.of(SocketFilter.ifEqual(1, 9, 9))))
                    .hasMessageContaining("EINVAL");
        }
    }

    /** Names of the links that are services. */
    private Set<String> linkServices() throws Exception {
        ServiceReference<?>[] references =
                rig.framework.context().getAllServiceReferences(NetworkLink.class.getName(), null);
        Set<String> names = new HashSet<>();
        for (ServiceReference<?> each : references == null ? new ServiceReference<?>[0] : references) {
            assertThat(names.add((String) each.getProperty(NetworkLink.NAME)))
                    .as("one of each")
                    .isTrue();
        }
        return names;
    }

    private Set<String> kernelsLinks() throws IOException {
        return rig.json("link", "show").stream()
                .map(link -> link.getString("ifname"))
                .collect(Collectors.toSet());
    }

    @Test
    void afterAStormOfLinksTheServicesAreTheKernels() throws Exception {
        rig.ip("link", "add", "flap", "type", "bridge");
        Await.until("a service", () -> linkServices().contains("flap"));
        Random random = new Random(6);
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < STORM; i++) {
            String pair = "sa" + random.nextInt(20);
            commands.add("link del flap");
            commands.add("link add flap type bridge");
            commands.add(
                    random.nextBoolean() ? "link add " + pair + " type veth peer name p" + pair : "link del " + pair);
        }
        rig.batch(commands);
        @SuppressWarnings("unchecked")
        Function<String, String> why = (Function<String, String>)
                rig.framework.service(Function.class.getName(), "(callgate.why=netlink)"); // whom the command asks
        Await.until("it is held back, and says so", () -> {
            rig.batch(List.of("link del flap", "link add flap type bridge"));
            return String.valueOf(why.apply("flap")).contains("held back")
                    && !linkServices().contains("flap");
        });
        Await.until("the services are the kernel's links", () -> linkServices().equals(kernelsLinks()));
        assertThat(linkServices()).contains("flap");
        rig.tidyUp();
        Await.until("none is leaked", () -> linkServices().equals(kernelsLinks()));
        assertThat(linkServices()).containsExactly("lo");
    }

    /** What KernelDevices, on which every mechanism's discovery stands, told of a subsystem. */
    private static final class Present implements DeviceListener {

        final Set<String> names = ConcurrentHashMap.newKeySet();
        final Set<String> mistakes = ConcurrentHashMap.newKeySet();

        @Override
        public void added(KernelDevice device) {
            if (!names.add(device.name())) {
                mistakes.add("twice: " + device);
            }
        }

        @Override
        public void removed(KernelDevice device) {
            if (!names.remove(device.name())) {
                mistakes.add("was not there: " + device);
            }
        }
    }

    @Test
    void afterAStormOfLoopDevicesTheDevicesAreTheKernels() throws Exception {
        Path control = Path.of("/dev/loop-control");
        assumeTrue(Files.isWritable(control), control + " cannot be used");
        LinuxFiles files = (LinuxFiles) rig.framework.service(LinuxFiles.class.getName(), null);
        KernelDevices devices = (KernelDevices) rig.framework.service(KernelDevices.class.getName(), null);
        Present present = new Present();
        boolean[] made = new boolean[8];
        try (EventLoop.Registration following = devices.follow("block", present);
                Fd loop = files.open(control, OpenFlag.RDWR)) {
            Random random = new Random(6);
            for (int i = 0; i < STORM; i++) {
                int which = random.nextInt(made.length);
                files.ioctl(loop, made[which] ? LOOP_CTL_REMOVE : LOOP_CTL_ADD, FIRST_LOOP + which);
                made[which] = !made[which];
            }
            Await.until("the devices are the kernel's", () -> present.names.equals(blocks()));
            for (int which = 0; which < made.length; which++) {
                assertThat(present.names.contains("loop" + (FIRST_LOOP + which)))
                        .isEqualTo(made[which]);
                if (made[which]) {
                    files.ioctl(loop, LOOP_CTL_REMOVE, FIRST_LOOP + which);
                }
            }
            Await.until("none is left", () -> present.names.equals(blocks()));
            assertThat(present.mistakes).isEmpty();
        }
    }

    private static Set<String> blocks() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/sys/class/block"))) {
            return all.map(each -> each.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void theShellShowsTheTables() throws Exception {
        rig.batch(List.of(
                "link add br0 up type bridge",
                "addr add 10.3.0.1/24 dev br0",
                "route add 10.4.0.0/16 via 10.3.0.9 dev br0 metric 7",
                "neigh add 10.3.0.9 lladdr 02:00:00:00:00:09 dev br0 nud permanent",
                "rule add pref 44 from 10.5.0.0/16 table 99"));
        assertThat(rig.shell("netlink:links").lines()).anyMatch(line -> line.matches(" *\\d+  br0 +bridge .*"));
        assertThat(rig.shell("netlink:links veth")).doesNotContain("br0");
        assertThat(rig.shell("netlink:addresses br0"))
                .contains("10.3.0.1/24", "forever")
                .doesNotContain("127.0.0.1");
        assertThat(rig.shell("netlink:addresses bro")).contains("there is no link \"bro\", did you mean br0?");
        assertThat(rig.shell("netlink:routes"))
                .contains("10.4.0.0/16", "via 10.3.0.9 dev br0")
                .doesNotContain("local");
        assertThat(rig.shell("netlink:routes local")).contains("10.3.0.1");
        assertThat(rig.shell("netlink:routes nonsense")).isEqualTo("a table is a number, main, local or all: nonsense");
        assertThat(rig.shell("netlink:neighbours")).contains("10.3.0.9", "02:00:00:00:00:09", "permanent");
        assertThat(rig.shell("netlink:rules")).contains("10.5.0.0/16", "99");
        assertThat(rig.shell("netlink:families")).contains("nlctrl", "notify");
        assertThat(rig.shell("netlink:watch link"))
                .startsWith("there is nothing called link to watch, did you mean links");
        assertThat(rig.shell("uevent:trigger /sys/class/net/lo chang")).startsWith("there is no action chang");
        assertThat(rig.shell("uevent:trigger /etc change")).startsWith("/etc is no device");
        assertThat(rig.shell("uevent:trigger /sys/class/net/lo change A=1")).isEmpty();
        assertThat(rig.shell("uevent:watch -f nonsense")).startsWith("no filter: nonsense");
    }

    /** Takes note of every alias that a link was seen with. */
    private static final class Aliases extends Followed<Link> implements LinkListener {

        final Set<String> seen = ConcurrentHashMap.newKeySet();

        @Override
        public void existing(List<Link> all) {
            super.existing(all);
            all.forEach(each -> seen.add(each.alias()));
        }

        @Override
        public void changed(Link before, Link now) {
            super.changed(before, now);
            seen.add(now.alias());
        }
    }

    @Test
    void updatesUnderAStreamOfEventsLoseNone() throws Exception {
        rig.ip("link", "add", "br0", "up", "type", "bridge"); // the kernel does not tell the alias of one that is down
        Aliases aliases = new Aliases();
        ServiceRegistration<?> registration = rig.listen(LinkListener.class, aliases, Map.of());
        Await.until("the first list", () -> aliases.lists.get() == 1);
        int made = 0;
        for (int i = 1; i <= UPDATES; i++) {
            Process stream = stream(made, 400);
            rig.update();
            assertThat(stream.waitFor()).isZero();
            made += 400;
            int last = made - 1;
            Await.until("the last of the stream", () -> aliases.seen.contains("a" + last));
            int lists = i + 1;
            Await.until("the list after the update", () -> aliases.lists.get() == lists);
        }
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < made; i++) {
            if (!aliases.seen.contains("a" + i)) {
                missing.add("a" + i);
            }
        }
        System.out.printf(
                "netlink: %d events over %d updates, %d missing, %d overruns%n",
                made, UPDATES, missing.size(), aliases.overruns.get());
        if (aliases.overruns.get() == 0) {
            assertThat(missing).as("events that nobody was told of").isEmpty();
        }
        registration.unregister();
    }

    /** Changes the alias of br0 again and again, in another process. */
    private Process stream(int from, int count) throws IOException {
        List<String> commands = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            commands.add("link set br0 alias a" + i);
        }
        Path file = Files.createTempFile("stream", ".ip");
        Files.write(file, commands);
        return new ProcessBuilder("ip", "-n", rig.namespace, "-batch", file.toString())
                .inheritIO()
                .start();
    }

    /** Compiles against the type only: a route listener is found by the whiteboard. */
    private static final class RouteRecorded extends Followed<Route> implements RouteListener {}

    @Test
    void aRouteListenerIsToldOfTheDefaultRoute() throws Exception {
        RouteRecorded routes = new RouteRecorded();
        ServiceRegistration<?> registration =
                rig.listen(RouteListener.class, routes, Map.of(LinkListener.FILTER, "(default=true)"));
        Await.until("the first list", () -> routes.lists.get() == 1);
        rig.batch(List.of("link set lo up", "route add 192.0.2.0/24 dev lo", "route add default dev lo"));
        Await.until("the default route", () -> routes.entries.size() == 1);
        registration.unregister();
    }
}
