// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.netlink.AttributeDecoder;
import io.callgate.netlink.AttributeEncoder;
import io.callgate.netlink.IpAddress;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.Link;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.NetlinkFormatException;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.Route;
import io.callgate.netlink.Rtnetlink.Selection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Routes: struct rtmsg (u8 family, destination's and source's length, tos, table, protocol, scope, type, u32 flags) and RTA attributes
 * of linux/rtnetlink.h. One instance is used by one thread at a time: its cursors are used again.
 */
final class RouteCodec implements Kind<Route> {

    static final int NEW = 24;
    static final int DELETE = 25;
    static final int GET = 26;

    private static final int FIXED = 12;
    private static final int FLAGS = 8;

    private static final int RTA_DST = 1;
    private static final int RTA_SRC = 2;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_METRICS = 8;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;
    private static final int RTA_VIA = 18;
    private static final int RTA_PREF = 20;

    private static final int RTAX_MTU = 2;

    /** struct rtnexthop: u16 length, u8 flags, u8 weight less 1, s32 index; then attributes. */
    private static final int HOP_BYTES = 8;

    private static final int CLONED = 0x200; // RTM_F_CLONED: an entry of the cache

    private final AttributeDecoder inner = new AttributeDecoder();
    private List<Route.Hop> lastWay = List.of();

    @Override
    public int get() {
        return GET;
    }

    /** RTNLGRP_IPV4_ROUTE and RTNLGRP_IPV6_ROUTE. */
    @Override
    public int[] groups() {
        return new int[] {7, 11};
    }

    /** The kernel does not tell which IPv4 routes went with a link that was set down, or with an address. */
    @Override
    public int[] relatedGroups() {
        return new int[] {LinkCodec.GROUP, 5, 9};
    }

    @Override
    public boolean needsListing(MessageDecoder event) throws IOException {
        return switch (event.type()) {
            case LinkCodec.NEW -> event.u8At(0) == 0 && (event.s32At(LinkCodec.FLAGS) & Link.UP) == 0;
            case LinkCodec.DELETE -> event.u8At(0) == 0;
            case AddressCodec.DELETE -> true;
            // A replaced route goes without a word; an appended hop is told by itself.
            case NEW -> (event.flags() & (NetlinkRequest.REPLACE | NetlinkRequest.APPEND)) != 0;
            default -> false;
        };
    }

    @Override
    public Route parse(MessageDecoder message) throws IOException {
        int family = message.u8At(0);
        if (family != IpAddress.IPV4 && family != IpAddress.IPV6 || (message.s32At(FLAGS) & CLONED) != 0) {
            return null;
        }
        IpAddress destination = null;
        IpAddress source = null;
        IpAddress preferred = null;
        IpAddress gateway = null;
        int index = 0;
        long priority = 0;
        long mtu = 0;
        long table = message.u8At(4);
        int preference = 0;
        List<Route.Hop> hops = null;
        AttributeDecoder attributes = message.attributes(FIXED);
        while (attributes.next()) {
            switch (attributes.type()) {
                case RTA_DST -> destination = IpAddress.of(attributes);
                case RTA_SRC -> source = IpAddress.of(attributes);
                case RTA_OIF -> index = attributes.s32();
                case RTA_GATEWAY -> gateway = IpAddress.of(attributes);
                case RTA_PRIORITY -> priority = attributes.u32();
                case RTA_PREFSRC -> preferred = IpAddress.of(attributes);
                case RTA_METRICS -> mtu = mtu(attributes.nested(inner, 0));
                case RTA_MULTIPATH -> hops = hops(attributes);
                case RTA_TABLE -> table = attributes.u32();
                case RTA_VIA -> gateway = via(attributes);
                case RTA_PREF -> preference = attributes.u8();
                default -> {}
            }
        }
        int flags = message.s32At(FLAGS);
        if (hops == null) {
            hops = index == 0 && gateway == null ? List.of() : only(index, gateway, flags & 0xff);
        }
        return new Route(
                prefix(destination, family, message.u8At(1)),
                prefix(source, family, message.u8At(2)),
                message.u8At(7),
                table,
                message.u8At(5),
                message.u8At(6),
                message.u8At(3),
                priority,
                preference,
                Optional.ofNullable(preferred),
                flags,
                mtu,
                hops);
    }

    /** One way; most routes of a table go the same as the one before, and share it. */
    private List<Route.Hop> only(int index, IpAddress gateway, int flags) {
        if (lastWay.isEmpty()
                || lastWay.get(0).index() != index
                || lastWay.get(0).flags() != flags
                || !Objects.equals(lastWay.get(0).gateway().orElse(null), gateway)) {
            lastWay = List.of(new Route.Hop(index, Optional.ofNullable(gateway), 1, flags));
        }
        return lastWay;
    }

    private static IpPrefix prefix(IpAddress address, int family, int length) throws NetlinkFormatException {
        return address == null && length == 0
                ? IpPrefix.any(family)
                : AddressCodec.prefix(address == null ? IpAddress.any(family) : address, length);
    }

    private static long mtu(AttributeDecoder metrics) throws NetlinkFormatException {
        while (metrics.next()) {
            if (metrics.type() == RTAX_MTU) {
                return metrics.u32();
            }
        }
        return 0;
    }

    /** struct rtvia: u16 family, address: a gateway of another family than the route's. */
    private static IpAddress via(AttributeDecoder attribute) throws NetlinkFormatException {
        int family = attribute.u16At(0);
        int bytes = attribute.length() - 2;
        if (family == IpAddress.IPV6 && bytes == 16) {
            return new IpAddress(family, attribute.be64At(2), attribute.be64At(10));
        }
        if (family == IpAddress.IPV4 && bytes == 4) {
            byte[] value = attribute.bytes();
            return new IpAddress(family, 0, ByteBuffer.wrap(value, 2, 4).getInt() & 0xffff_ffffL);
        }
        throw new NetlinkFormatException("a gateway of family " + family + " with " + bytes + " bytes");
    }

    private List<Route.Hop> hops(AttributeDecoder attribute) throws NetlinkFormatException {
        List<Route.Hop> hops = new ArrayList<>(2);
        int at = 0;
        while (attribute.length() - at >= HOP_BYTES) {
            int size = attribute.u16At(at);
            if (size < HOP_BYTES) {
                throw new NetlinkFormatException("a next hop of " + size + " bytes");
            }
            hops.add(hop(attribute, at, size));
            at += size + 3 & ~3;
        }
        return hops;
    }

    private Route.Hop hop(AttributeDecoder attribute, int at, int size) throws NetlinkFormatException {
        IpAddress gateway = null;
        AttributeDecoder attributes = attribute.nested(inner, at + HOP_BYTES, size - HOP_BYTES);
        while (attributes.next()) {
            if (attributes.type() == RTA_GATEWAY) {
                gateway = IpAddress.of(attributes);
            } else if (attributes.type() == RTA_VIA) {
                gateway = via(attributes);
            }
        }
        return new Route.Hop(
                attribute.s32At(at + 4),
                Optional.ofNullable(gateway),
                attribute.u8At(at + 3) + 1,
                attribute.u8At(at + 2));
    }

    @Override
    public List<NetlinkRequest> requests(Selection which) {
        int[] families = which.family() == 0 ? new int[] {IpAddress.IPV4, IpAddress.IPV6} : new int[] {which.family()};
        List<NetlinkRequest> requests = new ArrayList<>();
        for (int family : families) {
            NetlinkRequest request = new NetlinkRequest(GET, 0).put8(family).zeros(FIXED - 1);
            AttributeEncoder attributes = request.attributes();
            if (which.table() != 0) {
                attributes.u32(RTA_TABLE, which.table());
            }
            if (which.index() != 0) {
                attributes.u32(RTA_OIF, which.index());
            }
            requests.add(request);
        }
        return requests;
    }

    /** A kernel without a family answers for all of them; one without strict checking filters nothing. */
    @Override
    public boolean isSelected(Route route, Selection which) {
        return (which.table() == 0 || route.table() == which.table())
                && (which.index() == 0 || route.hops().stream().anyMatch(hop -> hop.index() == which.index()));
    }

    static NetlinkRequest put(Route route, int flags) {
        return about(route, NEW, flags);
    }

    static NetlinkRequest delete(Route route) {
        return about(route, DELETE, 0);
    }

    private static NetlinkRequest about(Route route, int type, int flags) {
        NetlinkRequest request = new NetlinkRequest(type, flags)
                .put8(route.family())
                .put8(route.destination().length())
                .put8(route.source().length())
                .put8(route.tos())
                .put8(route.table() < 256 ? (int) route.table() : 0)
                .put8(route.protocol())
                .put8(route.scope())
                .put8(route.type())
                .put32(route.hops().size() == 1 ? route.hops().get(0).flags() & 0x4 : 0);
        AttributeEncoder attributes = request.attributes().u32(RTA_TABLE, route.table());
        if (!route.destination().isAny()) {
            attributes.bytes(RTA_DST, route.destination().address().toBytes());
        }
        if (!route.source().isAny()) {
            attributes.bytes(RTA_SRC, route.source().address().toBytes());
        }
        if (route.priority() != 0) {
            attributes.u32(RTA_PRIORITY, route.priority());
        }
        route.preferredSource().ifPresent(address -> attributes.bytes(RTA_PREFSRC, address.toBytes()));
        if (route.mtu() != 0) {
            attributes.begin(RTA_METRICS).u32(RTAX_MTU, route.mtu()).end();
        }
        if (route.preference() != 0) {
            attributes.u8(RTA_PREF, route.preference());
        }
        ways(route, attributes);
        return request;
    }

    private static void ways(Route route, AttributeEncoder attributes) {
        if (route.hops().size() == 1) {
            Route.Hop only = route.hops().get(0);
            if (only.index() != 0) {
                attributes.u32(RTA_OIF, only.index());
            }
            only.gateway().ifPresent(gateway -> gateway(gateway, route.family(), attributes));
        } else if (!route.hops().isEmpty()) {
            attributes.bytes(RTA_MULTIPATH, hops(route));
        }
    }

    private static void gateway(IpAddress gateway, int family, AttributeEncoder attributes) {
        if (gateway.family() == family) {
            attributes.bytes(RTA_GATEWAY, gateway.toBytes());
        } else {
            byte[] address = gateway.toBytes();
            attributes.bytes(
                    RTA_VIA,
                    ByteBuffer.allocate(2 + address.length)
                            .order(ByteOrder.nativeOrder())
                            .putShort((short) gateway.family())
                            .put(address)
                            .array());
        }
    }

    private static byte[] hops(Route route) {
        ByteBuffer all =
                ByteBuffer.allocate(route.hops().size() * (HOP_BYTES + 24)).order(ByteOrder.nativeOrder());
        for (Route.Hop hop : route.hops()) {
            AttributeEncoder attributes = new AttributeEncoder();
            hop.gateway().ifPresent(address -> gateway(address, route.family(), attributes));
            byte[] bytes = attributes.toBytes();
            all.putShort((short) (HOP_BYTES + bytes.length));
            all.put((byte) (hop.flags() & 0x4))
                    .put((byte) (hop.weight() - 1))
                    .putInt(hop.index())
                    .put(bytes);
        }
        byte[] value = new byte[all.position()];
        all.get(0, value);
        return value;
    }
}
