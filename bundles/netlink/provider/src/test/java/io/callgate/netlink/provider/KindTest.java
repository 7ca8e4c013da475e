// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.netlink.Address;
import io.callgate.netlink.IpAddress;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.Link;
import io.callgate.netlink.LinkSettings;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.Neighbour;
import io.callgate.netlink.NetlinkFormatException;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Route;
import io.callgate.netlink.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written about an entry is read as that entry; the kernel's own bytes are compared with iproute2 in the integration test. */
class KindTest {

    private static final int MUTATIONS = Integer.getInteger("callgate.netlink.mutations", 20_000);

    private static MessageDecoder decoded(NetlinkRequest request) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
        int length = request.write(buffer, 0, 0);
        MessageDecoder message = new MessageDecoder().wrap(buffer, 0, length);
        message.next();
        return message;
    }

    private static <T extends NetworkEntry> void assertRoundTrip(Kind<T> kind, T entry, NetlinkRequest request)
            throws IOException {
        assertThat(kind.parse(decoded(request))).isEqualTo(entry);
    }

    private static Route route() {
        return new Route(
                IpPrefix.of("192.0.2.0/24"),
                IpPrefix.any(IpAddress.IPV4),
                Route.UNICAST,
                70_000,
                186,
                0,
                16,
                9,
                0,
                Optional.of(IpAddress.of("10.0.0.1")),
                0,
                1300,
                List.of(
                        new Route.Hop(3, Optional.of(IpAddress.of("10.0.0.9")), 5, 0),
                        new Route.Hop(4, Optional.of(IpAddress.of("fe80::9")), 1, 4)));
    }

    private static Rule rule() {
        return new Rule(
                IpAddress.IPV6,
                77,
                true,
                IpPrefix.of("fd00::/8"),
                IpPrefix.any(IpAddress.IPV6),
                "eth0",
                "eth1",
                0x10,
                0xffffffffL,
                4,
                6,
                1,
                1000,
                8,
                4);
    }

    private static Address address() {
        return Address.of(7, IpPrefix.of("10.1.2.3/20"))
                .withBroadcast(IpAddress.of("10.1.15.255"))
                .withFlags(0x80 | 0x200)
                .lasting(100, 50);
    }

    @Test
    void addressesRoutesNeighboursAndRulesAreReadAsTheyWereWritten() throws Exception {
        assertRoundTrip(new AddressCodec(), address(), AddressCodec.put(address()));
        assertRoundTrip(new RouteCodec(), route(), RouteCodec.put(route(), 0));
        Route six =
                Route.via(IpPrefix.any(IpAddress.IPV6), IpAddress.of("fe80::1")).through(5);
        assertRoundTrip(new RouteCodec(), six, RouteCodec.put(six, 0));
        Neighbour neighbour = Neighbour.of(3, IpAddress.of("fe80::7"), "02:00:00:00:00:07");
        assertRoundTrip(new NeighbourCodec(), neighbour, NeighbourCodec.put(neighbour));
        assertRoundTrip(new RuleCodec(), rule(), RuleCodec.add(rule()));
    }

    @Test
    void aLinkIsReadAsItWasAskedFor() throws Exception {
        LinkSettings settings = LinkSettings.NONE
                .name("lan")
                .up(true)
                .mtu(1400)
                .address("02:00:00:00:00:01")
                .master(9)
                .txQueueLength(50)
                .alias("garden");
        Link link = new LinkCodec().parse(decoded(LinkCodec.create("bridge", settings)));
        assertThat(link.name()).isEqualTo("lan");
        assertThat(link.kind()).isEqualTo("bridge");
        assertThat(link.isSetUp()).isTrue();
        assertThat(link.mtu()).isEqualTo(1400);
        assertThat(link.address()).isEqualTo("02:00:00:00:00:01");
        assertThat(link.master()).isEqualTo(9);
        assertThat(link.txQueueLength()).isEqualTo(50);
        assertThat(link.alias()).isEqualTo("garden");
        assertThat(link.properties()).containsEntry("up", true).containsEntry("kind", "bridge");
    }

    @Test
    void aPortsEndInABridgeIsNotTheLinks() throws Exception {
        NetlinkRequest ofABridge =
                new NetlinkRequest(LinkCodec.DELETE, 0).put8(7).zeros(15);
        assertThat(new LinkCodec().parse(decoded(ofABridge))).isNull();
    }

    /** A seeded stand-in for a fuzzer: what is not refused is an entry, whatever the bytes. */
    @Test
    void mutatedMessagesAreReadOrRefused() throws Exception {
        Map<Kind<?>, NetlinkRequest> seeds = Map.of(
                new LinkCodec(),
                        LinkCodec.create("veth", LinkSettings.NONE.name("a").mtu(1)),
                new AddressCodec(), AddressCodec.put(address()),
                new RouteCodec(), RouteCodec.put(route(), 0),
                new NeighbourCodec(true), NeighbourCodec.put(Neighbour.of(3, IpAddress.of("10.0.0.1"), "02:00")),
                new RuleCodec(), RuleCodec.add(rule()));
        Random random = new Random(20261122);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            for (Map.Entry<Kind<?>, NetlinkRequest> seed : seeds.entrySet()) {
                ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
                int length = seed.getValue().write(buffer, 0, 0);
                for (int change = random.nextInt(4); change >= 0; change--) {
                    buffer.put(16 + random.nextInt(length - 16), (byte) random.nextInt());
                }
                MessageDecoder message = new MessageDecoder().wrap(buffer, 0, length);
                message.next();
                try {
                    seed.getKey().parse(message);
                    seed.getKey().needsListing(message);
                } catch (NetlinkFormatException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isPositive();
    }
}
