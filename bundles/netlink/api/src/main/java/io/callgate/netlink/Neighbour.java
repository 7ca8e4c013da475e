// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody on a link: an IP address with its hardware address (ARP, neighbour discovery), or what a bridge has learned.
 *
 * @param index of the link
 * @param destination the IP address; empty in a bridge's table
 * @param address of the hardware in hexadecimal with colons, empty if it is not known
 * @param state bits of {@link #REACHABLE} and its like
 * @param flags NTF_PROXY (8), NTF_ROUTER (0x80), NTF_SELF (2), NTF_MASTER (4), ...
 * @param vlan in a bridge's table, 0 for none
 * @param master index of the bridge, in its table; 0 for none
 */
public record Neighbour(
        int index, Optional<IpAddress> destination, String address, int state, int flags, int vlan, int master)
        implements NetworkEntry {

    /** NUD_INCOMPLETE: it is being asked for. */
    public static final int INCOMPLETE = 0x01;
    /** NUD_REACHABLE: it answered lately. */
    public static final int REACHABLE = 0x02;
    /** NUD_STALE: it answered once. */
    public static final int STALE = 0x04;
    /** NUD_FAILED: it does not answer. */
    public static final int FAILED = 0x20;
    /** NUD_NOARP: it need not be asked. */
    public static final int NO_ARP = 0x40;
    /** NUD_PERMANENT: an administrator said so. */
    public static final int PERMANENT = 0x80;
    /** NTF_PROXY: this machine answers for it. */
    public static final int PROXY = 0x08;

    /** What makes two of them one. */
    public record Key(int index, Optional<IpAddress> destination, String address, int vlan, int table) {}

    /** A permanent one. */
    public static Neighbour of(int index, IpAddress destination, String address) {
        return new Neighbour(index, Optional.of(destination), address, PERMANENT, 0, 0, 0);
    }

    @Override
    public Key key() {
        boolean bridge = destination.isEmpty();
        return new Key(index, destination, bridge ? address : "", vlan, bridge ? master : flags & PROXY);
    }

    @Override
    public Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("index", index);
        destination.ifPresent(ip -> properties.put("destination", ip.toString()));
        properties.put("address", address);
        properties.put("state", state);
        return properties;
    }
}
