// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A link, an address or a route that a configuration declares, a service while it is as declared, with {@code callgate.name} and the
 * property {@value #KIND}. Thread safe; never blocks.
 */
@ProviderType
public interface Declared {

    /** Factory PID of links. */
    String LINK_PID = "io.callgate.netlink.link";
    /** Factory PID of addresses. */
    String ADDRESS_PID = "io.callgate.netlink.address";
    /** Factory PID of routes. */
    String ROUTE_PID = "io.callgate.netlink.route";

    /** Service property: link, address or route. */
    String KIND = "netlink.declared";

    /** As it was when it was looked at last. */
    NetworkEntry now();

    /** How often it was put back since its configuration is there. */
    long restorations();
}
