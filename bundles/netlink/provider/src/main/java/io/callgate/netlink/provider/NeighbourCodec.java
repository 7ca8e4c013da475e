// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.netlink.AttributeDecoder;
import io.callgate.netlink.IpAddress;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.Neighbour;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.Rtnetlink.Selection;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Neighbours: struct ndmsg (u8 family, 3 bytes, s32 index, u16 state, u8 flags, u8 type) and NDA attributes of linux/neighbour.h. */
final class NeighbourCodec implements Kind<Neighbour> {

    static final int NEW = 28;
    static final int DELETE = 29;
    static final int GET = 30;

    private static final int BRIDGE = 7;
    private static final int FIXED = 12;

    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    private static final int NDA_VLAN = 5;
    private static final int NDA_IFINDEX = 8;
    private static final int NDA_MASTER = 9;

    private static final int UNICAST = 1; // RTN_UNICAST

    private final boolean bridges;

    /** Of IP. */
    NeighbourCodec() {
        this(false);
    }

    /** @param bridges whether of bridges' tables, too */
    NeighbourCodec(boolean bridges) {
        this.bridges = bridges;
    }

    @Override
    public int get() {
        return GET;
    }

    /** RTNLGRP_NEIGH. */
    @Override
    public int[] groups() {
        return new int[] {3};
    }

    @Override
    public Neighbour parse(MessageDecoder message) throws IOException {
        int family = message.u8At(0);
        boolean ip = family == IpAddress.IPV4 || family == IpAddress.IPV6;
        if (!ip && !(bridges && family == BRIDGE)) {
            return null;
        }
        IpAddress destination = null;
        String address = "";
        int vlan = 0;
        int master = 0;
        AttributeDecoder attributes = message.attributes(FIXED);
        while (attributes.next()) {
            switch (attributes.type()) {
                case NDA_DST -> destination = IpAddress.of(attributes);
                case NDA_LLADDR -> address = LinkCodec.hardware(attributes.bytes());
                case NDA_VLAN -> vlan = attributes.u16();
                case NDA_MASTER -> master = attributes.s32();
                default -> {}
            }
        }
        return new Neighbour(
                message.s32At(4),
                Optional.ofNullable(destination),
                address,
                message.u16At(8),
                message.u8At(10),
                vlan,
                master);
    }

    /** Those that need no answer, and those that have none yet, come and go without a word. */
    @Override
    public boolean isFollowed(Neighbour neighbour) {
        return (neighbour.state() & ~(Neighbour.NO_ARP | Neighbour.INCOMPLETE)) != 0;
    }

    @Override
    public List<NetlinkRequest> requests(Selection which) {
        NetlinkRequest request = new NetlinkRequest(GET, 0).put8(which.family()).zeros(FIXED - 1);
        if (which.index() != 0) {
            request.attributes().u32(NDA_IFINDEX, which.index());
        }
        return List.of(request);
    }

    @Override
    public boolean isSelected(Neighbour neighbour, Selection which) {
        return which.index() == 0 || neighbour.index() == which.index();
    }

    static NetlinkRequest put(Neighbour neighbour) {
        return about(neighbour, NEW, NetlinkRequest.CREATE | NetlinkRequest.REPLACE);
    }

    static NetlinkRequest delete(Neighbour neighbour) {
        return about(neighbour, DELETE, 0);
    }

    private static NetlinkRequest about(Neighbour neighbour, int type, int flags) {
        NetlinkRequest request = new NetlinkRequest(type, flags)
                .put8(neighbour.destination().map(IpAddress::family).orElse(BRIDGE))
                .zeros(3)
                .put32(neighbour.index())
                .put16(neighbour.state())
                .put8(neighbour.flags())
                .put8(UNICAST);
        neighbour.destination().ifPresent(ip -> request.attributes().bytes(NDA_DST, ip.toBytes()));
        if (!neighbour.address().isEmpty()) {
            request.attributes().bytes(NDA_LLADDR, LinkCodec.hardware(neighbour.address()));
        }
        if (neighbour.vlan() != 0) {
            request.attributes().u16(NDA_VLAN, neighbour.vlan());
        }
        return request;
    }
}
