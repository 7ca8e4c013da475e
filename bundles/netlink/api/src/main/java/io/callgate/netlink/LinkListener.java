// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service to be told of network interfaces.
 *
 * <p>With the property {@value #FILTER}, an LDAP filter over {@link Link#properties()} such as {@code (&(kind=veth)(!(state=up)))}, it is
 * told of those links only that match; a link that begins to match is added, one that ceases to is removed.
 */
@ConsumerType
public interface LinkListener extends EntryListener<Link> {

    /** Service property: which links, an LDAP filter. */
    String FILTER = "netlink.filter";
}
