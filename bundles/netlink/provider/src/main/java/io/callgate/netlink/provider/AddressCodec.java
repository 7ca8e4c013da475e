// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.netlink.Address;
import io.callgate.netlink.AttributeDecoder;
import io.callgate.netlink.AttributeEncoder;
import io.callgate.netlink.IpAddress;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.NetlinkFormatException;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.Rtnetlink.Selection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Addresses: struct ifaddrmsg (u8 family, prefix length, flags, scope, u32 index) and IFA attributes of linux/if_addr.h. */
final class AddressCodec implements Kind<Address> {

    static final int NEW = 20;
    static final int DELETE = 21;
    static final int GET = 22;

    private static final int FIXED = 8;
    private static final int INDEX = 4;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_LABEL = 3;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_CACHEINFO = 6;
    private static final int IFA_FLAGS = 8;
    private static final int IFA_RT_PRIORITY = 9;
    private static final int IFA_PROTO = 11;

    @Override
    public int get() {
        return GET;
    }

    /** RTNLGRP_IPV4_IFADDR and RTNLGRP_IPV6_IFADDR. */
    @Override
    public int[] groups() {
        return new int[] {5, 9};
    }

    @Override
    public Address parse(MessageDecoder message) throws IOException {
        int family = message.u8At(0);
        if (family != IpAddress.IPV4 && family != IpAddress.IPV6) {
            return null;
        }
        IpAddress address = null;
        IpAddress local = null;
        IpAddress broadcast = null;
        String label = "";
        int flags = message.u8At(2);
        long valid = Address.FOREVER;
        long preferred = Address.FOREVER;
        long metric = 0;
        int protocol = 0;
        AttributeDecoder attributes = message.attributes(FIXED);
        while (attributes.next()) {
            switch (attributes.type()) {
                case IFA_ADDRESS -> address = IpAddress.of(attributes);
                case IFA_LOCAL -> local = IpAddress.of(attributes);
                case IFA_LABEL -> label = attributes.string();
                case IFA_BROADCAST -> broadcast = IpAddress.of(attributes);
                case IFA_CACHEINFO -> {
                    preferred = Integer.toUnsignedLong(attributes.s32At(0));
                    valid = Integer.toUnsignedLong(attributes.s32At(4));
                }
                case IFA_FLAGS -> flags = attributes.s32();
                case IFA_RT_PRIORITY -> metric = attributes.u32();
                case IFA_PROTO -> protocol = attributes.u8();
                default -> {}
            }
        }
        if (address == null && local == null) {
            throw new NetlinkFormatException("an address without an address");
        }
        IpAddress own = local == null ? address : local;
        boolean isPeer = address != null && !own.equals(address);
        return new Address(
                message.s32At(INDEX),
                prefix(own, message.u8At(1)),
                isPeer ? Optional.of(address) : Optional.empty(),
                Optional.ofNullable(broadcast),
                label,
                message.u8At(3),
                flags,
                valid,
                preferred,
                metric,
                protocol);
    }

    /** As far as it can be trusted: what comes from the kernel is checked as anything else. */
    static IpPrefix prefix(IpAddress address, int length) throws NetlinkFormatException {
        if (length > address.bits()) {
            throw new NetlinkFormatException("a prefix of " + length + " bits for " + address);
        }
        return new IpPrefix(address, length);
    }

    @Override
    public List<NetlinkRequest> requests(Selection which) {
        return List.of(new NetlinkRequest(GET, 0).put8(which.family()).zeros(3).put32(which.index()));
    }

    @Override
    public boolean isSelected(Address address, Selection which) {
        return which.index() == 0 || address.index() == which.index(); // kernels without strict checking
    }

    static NetlinkRequest put(Address address) {
        return about(address, NEW, NetlinkRequest.CREATE | NetlinkRequest.REPLACE);
    }

    static NetlinkRequest delete(Address address) {
        return about(address, DELETE, 0);
    }

    private static NetlinkRequest about(Address address, int type, int flags) {
        NetlinkRequest request = new NetlinkRequest(type, flags)
                .put8(address.local().family())
                .put8(address.local().length())
                .put8(address.flags() & 0xff)
                .put8(address.scope())
                .put32(address.index());
        byte[] local = address.local().address().toBytes();
        AttributeEncoder attributes = request.attributes()
                .bytes(IFA_LOCAL, local)
                .bytes(IFA_ADDRESS, address.peer().map(IpAddress::toBytes).orElse(local));
        if (type == NEW) {
            attributes.u32(IFA_FLAGS, address.flags() & 0xffff_ffffL);
            address.broadcast().ifPresent(broadcast -> attributes.bytes(IFA_BROADCAST, broadcast.toBytes()));
            if (!address.label().isEmpty()) {
                attributes.string(IFA_LABEL, address.label());
            }
            if (address.metric() != 0) {
                attributes.u32(IFA_RT_PRIORITY, address.metric());
            }
            if (address.validSeconds() != Address.FOREVER) {
                attributes.bytes(IFA_CACHEINFO, lifetimes(address));
            }
        }
        return request;
    }

    /** struct ifa_cacheinfo: u32 preferred, valid, and two times that the kernel sets. */
    private static byte[] lifetimes(Address address) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putInt((int) address.preferredSeconds())
                .putInt((int) address.validSeconds())
                .array();
    }
}
