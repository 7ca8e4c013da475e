// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Links, addresses, routes, neighbours and rules: listed, followed, made, changed and deleted.
 *
 * <p>Every list asks the kernel, with its filter there. Changes need CAP_NET_ADMIN. All of it is in the network namespace of the
 * configuration {@value #PID}. Thread safe; each call blocks for the kernel's answer, at most some seconds.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</a>
 */
@ProviderType
public interface Rtnetlink {

    /** PID of the bundle's own configuration: namespace and receive buffer. */
    String PID = "io.callgate.netlink";

    /**
     * What of a table; 0 and empty stand for anything.
     *
     * @param family IPv4 (2), IPv6 (10), or of neighbours a bridge's (7)
     * @param index of a link
     * @param table of routes
     * @param kind of links
     */
    record Selection(int family, int index, long table, String kind) {

        /** Everything. */
        public static final Selection ALL = new Selection(0, 0, 0, "");

        /** Only of a link. */
        public Selection on(int link) {
            return new Selection(family, link, table, kind);
        }

        /** Only of a family. */
        public Selection of(int addressFamily) {
            return new Selection(addressFamily, index, table, kind);
        }

        /** Only routes of a table. */
        public Selection in(long number) {
            return new Selection(family, index, number, kind);
        }

        /** Only links of a kind. */
        public Selection kind(String word) {
            return new Selection(family, index, table, word);
        }
    }

    /** Links; by kind, or those of a bridge or bond with that index. */
    List<Link> links(Selection which) throws IOException;

    /** Addresses; by family and link. */
    List<Address> addresses(Selection which) throws IOException;

    /** Routes of all tables; by family, link and table. */
    List<Route> routes(Selection which) throws IOException;

    /** Neighbours; by family and link. A bridge's table is of family 7, and is not in the list of all. */
    List<Neighbour> neighbours(Selection which) throws IOException;

    /** Rules; by family. */
    List<Rule> rules(Selection which) throws IOException;

    /** The link of a name. @throws NetlinkException ENODEV if there is none */
    Link link(String name) throws IOException;

    /**
     * Makes a virtual link.
     *
     * @param kind {@code bridge}, {@code dummy}, {@code veth}, {@code ifb}, ...
     * @return as it is now
     * @throws NetlinkException EOPNOTSUPP if the kernel has no such kind, EEXIST if there is one of that name
     */
    Link create(String kind, LinkSettings settings) throws IOException;

    /** Changes a link. @throws NetlinkException ENODEV if it has gone */
    void change(int index, LinkSettings settings) throws IOException;

    /** Deletes a virtual link. @throws NetlinkException EOPNOTSUPP for hardware */
    void deleteLink(int index) throws IOException;

    /** Adds an address, or gives one that is there the new lifetimes. */
    void put(Address address) throws IOException;

    /** Deletes an address. @throws NetlinkException EADDRNOTAVAIL if there is none */
    void delete(Address address) throws IOException;

    /** Adds a route, in place of one to the same destination with the same metric. */
    void put(Route route) throws IOException;

    /** Adds a route. @throws NetlinkException EEXIST if there is one to the same destination with the same metric */
    void add(Route route) throws IOException;

    /** Deletes a route. @throws NetlinkException ESRCH if there is none */
    void delete(Route route) throws IOException;

    /** Adds a neighbour, or changes it. */
    void put(Neighbour neighbour) throws IOException;

    /** Deletes a neighbour. @throws NetlinkException ENOENT if there is none */
    void delete(Neighbour neighbour) throws IOException;

    /** Adds a rule. @throws NetlinkException EEXIST if it is there */
    void add(Rule rule) throws IOException;

    /** Deletes a rule. @throws NetlinkException ENOENT if there is none */
    void delete(Rule rule) throws IOException;

    /**
     * Follows a table: all there is, then live, with no gap. Ends when the result is closed or the caller's bundle stops.
     *
     * <p>What the kernel does not tell cannot be followed: counters; alias, other names and queue length of a link that is set down; which of
     * the states of a neighbour that answered once it is in; and neighbours that need no answer (NOARP) or have none yet.
     *
     * @param kind Link.class, Address.class, Route.class, Neighbour.class or Rule.class
     * @param filter LDAP filter over {@link NetworkEntry#properties()}, empty for all
     */
    <T extends NetworkEntry> AutoCloseable follow(Class<T> kind, String filter, EntryListener<? super T> listener)
            throws IOException;
}
