// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An address of a link.
 *
 * @param index of the link
 * @param local the address, with the bits of its network
 * @param peer the other end's address of a point-to-point link
 * @param broadcast address, if it has one
 * @param label IPv4: {@code eth0} or {@code eth0:1}; empty for none
 * @param scope 0 global, 253 link, 254 host
 * @param flags IFA_F_PERMANENT (0x80), IFA_F_TENTATIVE (0x40), ... of linux/if_addr.h
 * @param validSeconds until it is removed; {@link #FOREVER}
 * @param preferredSeconds until it is not used for new connections; {@link #FOREVER}
 * @param metric of its network's route, 0 for the default
 * @param protocol who made it: 0 unknown, 1 loopback, 2 router announcement, 3 link-local
 */
public record Address(
        int index,
        IpPrefix local,
        Optional<IpAddress> peer,
        Optional<IpAddress> broadcast,
        String label,
        int scope,
        int flags,
        long validSeconds,
        long preferredSeconds,
        long metric,
        int protocol)
        implements NetworkEntry {

    /** Without an end. */
    public static final long FOREVER = 0xffff_ffffL;
    /** IFA_F_PERMANENT: it has no end. */
    public static final int PERMANENT = 0x80;
    /** IFA_F_NODAD: used at once, without asking the network whether somebody else has it. */
    public static final int NO_DUPLICATE_CHECK = 0x02;
    /** IFA_F_TENTATIVE: that is being asked. */
    public static final int TENTATIVE = 0x40;

    /** What identifies an address: the kernel has one of these at a time. */
    public record Key(int index, IpPrefix local, Optional<IpAddress> peer) {}

    /**
     * One that stays, of global scope.
     *
     * @param index of the link
     * @param local {@code 192.168.1.2/24}
     */
    public static Address of(int index, IpPrefix local) {
        return new Address(index, local, Optional.empty(), Optional.empty(), "", 0, PERMANENT, FOREVER, FOREVER, 0, 0);
    }

    /** This one with its network's broadcast address. */
    public Address withBroadcast(IpAddress address) {
        return new Address(
                index,
                local,
                peer,
                Optional.of(address),
                label,
                scope,
                flags,
                validSeconds,
                preferredSeconds,
                metric,
                protocol);
    }

    /** This one with other flags. */
    public Address withFlags(int bits) {
        return new Address(
                index, local, peer, broadcast, label, scope, bits, validSeconds, preferredSeconds, metric, protocol);
    }

    /** This one for a time, in seconds. */
    public Address lasting(long valid, long preferred) {
        return new Address(index, local, peer, broadcast, label, scope, flags, valid, preferred, metric, protocol);
    }

    @Override
    public Key key() {
        return new Key(index, local, peer);
    }

    @Override
    public Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("index", index);
        properties.put("address", local.address().toString());
        properties.put("prefix", local.length());
        properties.put("family", local.family() == IpAddress.IPV4 ? "inet" : "inet6");
        properties.put("scope", scope);
        properties.put("tentative", (flags & TENTATIVE) != 0);
        peer.ifPresent(address -> properties.put("peer", address.toString()));
        if (!label.isEmpty()) {
            properties.put("label", label);
        }
        return properties;
    }
}
