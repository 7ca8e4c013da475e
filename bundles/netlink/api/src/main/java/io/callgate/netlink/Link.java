// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network interface as it was at one moment.
 *
 * @param index the kernel's number, never given to another while the machine runs unless it is asked for
 * @param name as it is now, {@code eth0}; it may change
 * @param kind of a virtual one ({@code bridge}, {@code veth}), empty for hardware
 * @param state whether it passes packets
 * @param flags IFF_UP (1), IFF_RUNNING (0x40), ... of netdevice(7)
 * @param type ARPHRD_ETHER (1), ARPHRD_LOOPBACK (772), ... of linux/if_arp.h
 * @param address of its hardware in hexadecimal with colons, empty if it has none
 * @param broadcast likewise
 * @param mtu longest packet in bytes
 * @param master index of the bridge or bond it belongs to, 0 for none
 * @param lower index of what it stands on or of its peer, 0 for none; of the namespace {@code lowerNamespace}
 * @param lowerNamespace id of the namespace of {@code lower}, negative if it is this one
 * @param qdisc queueing discipline
 * @param txQueueLength packets that may wait
 * @param group a number for sets of links, 0 is the default
 * @param promiscuity how many asked for all packets
 * @param minMtu smallest MTU, 0 if the driver has no limit
 * @param maxMtu largest MTU, 0 if the driver has no limit
 * @param txQueues transmit queues
 * @param rxQueues receive queues
 * @param carrier whether there is a signal on the wire
 * @param carrierChanges how often that changed
 * @param alias free text of the administrator's, empty for none
 * @param otherNames by which it may be asked for as well
 */
public record Link(
        int index,
        String name,
        String kind,
        LinkState state,
        int flags,
        int type,
        String address,
        String broadcast,
        long mtu,
        int master,
        int lower,
        int lowerNamespace,
        String qdisc,
        long txQueueLength,
        long group,
        long promiscuity,
        long minMtu,
        long maxMtu,
        long txQueues,
        long rxQueues,
        boolean carrier,
        long carrierChanges,
        String alias,
        List<String> otherNames)
        implements NetworkEntry {

    /** IFF_UP: it was set up. */
    public static final int UP = 0x1;
    /** IFF_LOOPBACK. */
    public static final int LOOPBACK = 0x8;

    /** Takes a copy of the names. */
    public Link {
        otherNames = List.copyOf(otherNames);
    }

    /** Whether it was set up by its administrator; {@link #state} says whether it works. */
    public boolean isSetUp() {
        return (flags & UP) != 0;
    }

    @Override
    public Integer key() {
        return index;
    }

    @Override
    public Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("name", name);
        properties.put("index", index);
        properties.put("kind", kind);
        properties.put("state", state.word());
        properties.put("up", isSetUp());
        properties.put("loopback", (flags & LOOPBACK) != 0);
        properties.put("mtu", mtu);
        properties.put("address", address);
        properties.put("master", master);
        properties.put("group", group);
        properties.put("alias", alias);
        return properties;
    }
}
