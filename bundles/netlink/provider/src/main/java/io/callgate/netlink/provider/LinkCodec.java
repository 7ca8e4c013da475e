// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.netlink.AttributeDecoder;
import io.callgate.netlink.AttributeEncoder;
import io.callgate.netlink.Link;
import io.callgate.netlink.LinkSettings;
import io.callgate.netlink.LinkState;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.NetlinkFormatException;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.Rtnetlink.Selection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Links: struct ifinfomsg (u8 family, u8 pad, u16 type, s32 index, u32 flags, u32 change) and IFLA attributes of linux/if_link.h. */
final class LinkCodec implements Kind<Link> {

    static final int NEW = 16;
    static final int DELETE = 17;
    static final int GET = 18;
    static final int GROUP = 1;

    static final int FIXED = 16;
    private static final int INDEX = 4;
    static final int FLAGS = 8;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_BROADCAST = 2;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_QDISC = 6;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_OPERSTATE = 16;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_GROUP = 27;
    private static final int IFLA_EXT_MASK = 29;
    private static final int IFLA_PROMISCUITY = 30;
    private static final int IFLA_NUM_TX_QUEUES = 31;
    private static final int IFLA_NUM_RX_QUEUES = 32;
    private static final int IFLA_CARRIER = 33;
    private static final int IFLA_CARRIER_CHANGES = 35;
    private static final int IFLA_LINK_NETNSID = 37;
    private static final int IFLA_MIN_MTU = 50;
    private static final int IFLA_MAX_MTU = 51;
    private static final int IFLA_PROP_LIST = 52;
    private static final int IFLA_ALT_IFNAME = 53;

    /** RTEXT_FILTER_SKIP_STATS: a third of a message is counters. */
    private static final int SKIP_STATISTICS = 8;

    private static final int LONGEST_NAME = 15;

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    @Override
    public int get() {
        return GET;
    }

    @Override
    public int[] groups() {
        return new int[] {GROUP};
    }

    @Override
    public Link parse(MessageDecoder message) throws IOException {
        if (message.u8At(0) != 0) {
            return null; // of a bridge's port, and its end is not the link's
        }
        Draft draft = new Draft();
        AttributeDecoder attributes = message.attributes(FIXED);
        while (attributes.next()) {
            draft.take(attributes);
        }
        return draft.link(message);
    }

    @Override
    public List<NetlinkRequest> requests(Selection which) {
        NetlinkRequest request = new NetlinkRequest(GET, 0).zeros(FIXED);
        AttributeEncoder attributes = request.attributes().u32(IFLA_EXT_MASK, SKIP_STATISTICS);
        if (which.index() != 0) {
            attributes.u32(IFLA_MASTER, which.index());
        }
        if (!which.kind().isEmpty()) {
            attributes.begin(IFLA_LINKINFO).string(IFLA_INFO_KIND, which.kind()).end();
        }
        return List.of(request);
    }

    /** The kernel ignores a kind that it does not know. */
    @Override
    public boolean isSelected(Link link, Selection which) {
        return which.kind().isEmpty() || link.kind().equals(which.kind());
    }

    /** One by name. */
    static NetlinkRequest named(String name) {
        NetlinkRequest request = new NetlinkRequest(GET, 0).zeros(FIXED);
        request.attributes().u32(IFLA_EXT_MASK, SKIP_STATISTICS);
        checkName(name);
        if (name.length() > LONGEST_NAME) {
            request.attributes().string(IFLA_ALT_IFNAME, name);
        } else {
            request.attributes().string(IFLA_IFNAME, name);
        }
        return request;
    }

    /** A new one. */
    static NetlinkRequest create(String kind, LinkSettings settings) {
        NetlinkRequest request = with(NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE, 0, settings);
        request.attributes().begin(IFLA_LINKINFO).string(IFLA_INFO_KIND, kind).end();
        return request;
    }

    /** Other settings of one. */
    static NetlinkRequest change(int index, LinkSettings settings) {
        return with(0, index, settings);
    }

    private static NetlinkRequest with(int flags, int index, LinkSettings settings) {
        NetlinkRequest request = new NetlinkRequest(NEW, flags)
                .put8(0)
                .zeros(3)
                .put32(index)
                .put32(settings.up().orElse(false) ? Link.UP : 0)
                .put32(settings.up().isPresent() ? Link.UP : 0);
        AttributeEncoder attributes = request.attributes();
        settings.name().ifPresent(name -> attributes.string(IFLA_IFNAME, checkName(name)));
        settings.mtu().ifPresent(mtu -> attributes.u32(IFLA_MTU, mtu));
        settings.address().ifPresent(address -> attributes.bytes(IFLA_ADDRESS, hardware(address)));
        settings.master().ifPresent(master -> attributes.u32(IFLA_MASTER, master));
        settings.txQueueLength().ifPresent(length -> attributes.u32(IFLA_TXQLEN, length));
        settings.alias().ifPresent(alias -> attributes.string(IFLA_IFALIAS, alias));
        return request;
    }

    static NetlinkRequest delete(int index) {
        return new NetlinkRequest(DELETE, 0).zeros(4).put32(index).zeros(8);
    }

    private static String checkName(String name) {
        if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ' || c == '/' || c == ':')) {
            throw new IllegalArgumentException("no name of a link: \"" + name + "\"");
        }
        return name;
    }

    static byte[] hardware(String address) {
        try {
            return COLONS.parseHex(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "no hardware address: \"" + address + "\" (02:00:00:00:00:01 is one)", e);
        }
    }

    static String hardware(byte[] address) {
        return COLONS.formatHex(address);
    }

    /** A link whose attributes come one by one. */
    private static final class Draft {

        private String name = "";
        private String kind = "";
        private LinkState state = LinkState.UNKNOWN;
        private String address = "";
        private String broadcast = "";
        private long mtu;
        private int master;
        private int lower;
        private int lowerNamespace = -1;
        private String qdisc = "";
        private long txQueueLength;
        private long group;
        private long promiscuity;
        private long minMtu;
        private long maxMtu;
        private long txQueues;
        private long rxQueues;
        private boolean carrier;
        private long carrierChanges;
        private String alias = "";
        private List<String> otherNames = List.of();

        void take(AttributeDecoder attribute) throws NetlinkFormatException {
            switch (attribute.type()) {
                case IFLA_ADDRESS -> address = hardware(attribute.bytes());
                case IFLA_BROADCAST -> broadcast = hardware(attribute.bytes());
                case IFLA_IFNAME -> name = attribute.string();
                case IFLA_MTU -> mtu = attribute.u32();
                case IFLA_LINK -> lower = attribute.s32();
                case IFLA_QDISC -> qdisc = attribute.string();
                case IFLA_MASTER -> master = attribute.s32();
                case IFLA_TXQLEN -> txQueueLength = attribute.u32();
                case IFLA_OPERSTATE -> state = LinkState.of(attribute.u8());
                case IFLA_LINKINFO -> kind = kind(attribute.nested());
                case IFLA_IFALIAS -> alias = attribute.string();
                case IFLA_GROUP -> group = attribute.u32();
                case IFLA_PROMISCUITY -> promiscuity = attribute.u32();
                case IFLA_NUM_TX_QUEUES -> txQueues = attribute.u32();
                case IFLA_NUM_RX_QUEUES -> rxQueues = attribute.u32();
                case IFLA_CARRIER -> carrier = attribute.u8() != 0;
                case IFLA_CARRIER_CHANGES -> carrierChanges = attribute.u32();
                case IFLA_LINK_NETNSID -> lowerNamespace = attribute.s32();
                case IFLA_MIN_MTU -> minMtu = attribute.u32();
                case IFLA_MAX_MTU -> maxMtu = attribute.u32();
                case IFLA_PROP_LIST -> otherNames = names(attribute.nested());
                default -> {}
            }
        }

        private static String kind(AttributeDecoder attributes) throws NetlinkFormatException {
            while (attributes.next()) {
                if (attributes.type() == IFLA_INFO_KIND) {
                    return attributes.string();
                }
            }
            return "";
        }

        private static List<String> names(AttributeDecoder attributes) throws NetlinkFormatException {
            List<String> names = new ArrayList<>();
            while (attributes.next()) {
                if (attributes.type() == IFLA_ALT_IFNAME) {
                    names.add(attributes.string());
                }
            }
            return names;
        }

        Link link(MessageDecoder message) throws NetlinkFormatException {
            return new Link(
                    message.s32At(INDEX),
                    name,
                    kind,
                    state,
                    message.s32At(FLAGS),
                    message.u16At(2),
                    address,
                    broadcast,
                    mtu,
                    master,
                    lower,
                    lowerNamespace,
                    qdisc,
                    txQueueLength,
                    group,
                    promiscuity,
                    minMtu,
                    maxMtu,
                    txQueues,
                    rxQueues,
                    carrier,
                    carrierChanges,
                    alias,
                    otherNames);
        }
    }
}
