// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Netlink sockets of any family: to ask, and to listen. What a bundle opened is closed when it stops, and when the netlink bundle is
 * updated. Thread safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">netlink(7)</a>
 */
@ProviderType
public interface Netlink {

    /** Links, addresses, routes, neighbours, rules: see {@link Rtnetlink}. */
    int ROUTE = 0;
    /** The kernel's announcements of devices: see {@link UeventListener}. */
    int KOBJECT_UEVENT = 15;
    /** Families by name: see {@link GenericNetlink}. */
    int GENERIC = 16;

    /**
     * Opens a connection for requests; the caller owns it.
     *
     * @param family {@link #ROUTE} or {@link #GENERIC}, or another of linux/netlink.h
     * @throws io.callgate.linux.ErrnoException EPROTONOSUPPORT if the kernel has no such family, ENOENT or EPERM for the namespace
     */
    NetlinkConnection open(int family, NetlinkSettings settings) throws IOException;

    /**
     * Opens a socket that listens; it is a member of no group yet. The caller owns it.
     *
     * @param listener called on the event loop, one call after the other
     * @throws io.callgate.linux.ErrnoException as {@link #open}
     */
    NetlinkSubscription listen(int family, NetlinkSettings settings, NetlinkListener listener) throws IOException;
}
