// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.netlink.AttributeDecoder;
import io.callgate.netlink.AttributeEncoder;
import io.callgate.netlink.IpAddress;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.NetlinkFormatException;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.Rtnetlink.Selection;
import io.callgate.netlink.Rule;
import java.io.IOException;
import java.util.List;

/**
 * Rules: struct fib_rule_hdr (u8 family, destination's and source's length, tos, table, 2 bytes, action, u32 flags) and FRA attributes of
 * linux/fib_rules.h.
 */
final class RuleCodec implements Kind<Rule> {

    static final int NEW = 32;
    static final int DELETE = 33;
    static final int GET = 34;

    private static final int FIXED = 12;
    private static final int INVERT = 0x2;

    private static final int FRA_DST = 1;
    private static final int FRA_SRC = 2;
    private static final int FRA_IIFNAME = 3;
    private static final int FRA_PRIORITY = 6;
    private static final int FRA_FWMARK = 10;
    private static final int FRA_SUPPRESS_PREFIXLEN = 14;
    private static final int FRA_TABLE = 15;
    private static final int FRA_FWMASK = 16;
    private static final int FRA_OIFNAME = 17;
    private static final int FRA_PROTOCOL = 21;
    private static final int FRA_IP_PROTO = 22;

    @Override
    public int get() {
        return GET;
    }

    /** RTNLGRP_IPV4_RULE and RTNLGRP_IPV6_RULE. */
    @Override
    public int[] groups() {
        return new int[] {8, 19};
    }

    @Override
    public Rule parse(MessageDecoder message) throws IOException {
        int family = message.u8At(0);
        if (family != IpAddress.IPV4 && family != IpAddress.IPV6) {
            return null;
        }
        IpAddress source = IpAddress.any(family);
        IpAddress destination = IpAddress.any(family);
        String in = "";
        String out = "";
        long priority = 0;
        long mark = 0;
        long mask = 0;
        int suppress = -1;
        long table = message.u8At(4);
        int origin = 0;
        int protocol = 0;
        AttributeDecoder attributes = message.attributes(FIXED);
        while (attributes.next()) {
            switch (attributes.type()) {
                case FRA_DST -> destination = of(attributes, family);
                case FRA_SRC -> source = of(attributes, family);
                case FRA_IIFNAME -> in = attributes.string();
                case FRA_PRIORITY -> priority = attributes.u32();
                case FRA_FWMARK -> mark = attributes.u32();
                case FRA_SUPPRESS_PREFIXLEN -> suppress = attributes.s32();
                case FRA_TABLE -> table = attributes.u32();
                case FRA_FWMASK -> mask = attributes.u32();
                case FRA_OIFNAME -> out = attributes.string();
                case FRA_PROTOCOL -> origin = attributes.u8();
                case FRA_IP_PROTO -> protocol = attributes.u8();
                default -> {}
            }
        }
        return new Rule(
                family,
                priority,
                (message.s32At(8) & INVERT) != 0,
                AddressCodec.prefix(source, message.u8At(2)),
                AddressCodec.prefix(destination, message.u8At(1)),
                in,
                out,
                mark,
                mask,
                message.u8At(3),
                protocol,
                message.u8At(7),
                table,
                suppress,
                origin);
    }

    private static IpAddress of(AttributeDecoder attribute, int family) throws NetlinkFormatException {
        IpAddress address = IpAddress.of(attribute);
        if (address.family() != family) {
            throw new NetlinkFormatException("a rule of family " + family + " for " + address);
        }
        return address;
    }

    @Override
    public List<NetlinkRequest> requests(Selection which) {
        return List.of(new NetlinkRequest(GET, 0).put8(which.family()).zeros(FIXED - 1));
    }

    static NetlinkRequest add(Rule rule) {
        return about(rule, NEW, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE);
    }

    static NetlinkRequest delete(Rule rule) {
        return about(rule, DELETE, 0);
    }

    private static NetlinkRequest about(Rule rule, int type, int flags) {
        NetlinkRequest request = new NetlinkRequest(type, flags)
                .put8(rule.family())
                .put8(rule.destination().length())
                .put8(rule.source().length())
                .put8(rule.tos())
                .put8(rule.table() < 256 ? (int) rule.table() : 0)
                .zeros(2)
                .put8(rule.action())
                .put32(rule.inverted() ? INVERT : 0);
        AttributeEncoder attributes =
                request.attributes().u32(FRA_PRIORITY, rule.priority()).u32(FRA_TABLE, rule.table());
        prefix(attributes, FRA_SRC, rule.source());
        prefix(attributes, FRA_DST, rule.destination());
        if (!rule.inLink().isEmpty()) {
            attributes.string(FRA_IIFNAME, rule.inLink());
        }
        if (!rule.outLink().isEmpty()) {
            attributes.string(FRA_OIFNAME, rule.outLink());
        }
        if (rule.mask() != 0) {
            attributes.u32(FRA_FWMARK, rule.mark()).u32(FRA_FWMASK, rule.mask());
        }
        if (rule.suppressPrefix() >= 0) {
            attributes.u32(FRA_SUPPRESS_PREFIXLEN, rule.suppressPrefix());
        }
        if (rule.protocol() != 0) {
            attributes.u8(FRA_IP_PROTO, rule.protocol());
        }
        if (rule.origin() != 0) {
            attributes.u8(FRA_PROTOCOL, rule.origin());
        }
        return request;
    }

    private static void prefix(AttributeEncoder attributes, int type, IpPrefix prefix) {
        if (prefix.length() > 0) {
            attributes.bytes(type, prefix.address().toBytes());
        }
    }
}
