// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.netlink.Address;
import io.callgate.netlink.Link;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.Neighbour;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Route;
import io.callgate.netlink.Rtnetlink.Selection;
import io.callgate.netlink.Rule;
import java.io.IOException;
import java.util.List;

/**
 * One of the kernel's tables: how its messages are read, how it is listed, and which groups tell of it.
 *
 * @param <T> what is in it
 */
interface Kind<T extends NetworkEntry> {

    /** RTM_GETLINK and its like: the type that lists; two below it is the type of a new entry, one below that of a gone one. */
    int get();

    /** Groups whose events are about this table. */
    int[] groups();

    /** Groups whose events can change this table without the kernel saying so. */
    default int[] relatedGroups() {
        return new int[0];
    }

    /** What a new or gone entry says; null for one that is not of this table. */
    T parse(MessageDecoder message) throws IOException;

    /** Whether an event means that the table changed in a way that cannot be told from it, so that it is listed again. */
    default boolean needsListing(MessageDecoder event) throws IOException {
        return false;
    }

    /** Whether the kernel tells all of an entry's life, so that it can be followed; others are in lists only. */
    default boolean isFollowed(T entry) {
        return true;
    }

    /** Requests that list what is selected. */
    List<NetlinkRequest> requests(Selection which);

    /** What the kernel's own filters have let through and should not be there. */
    default boolean isSelected(T entry, Selection which) {
        return true;
    }

    /** All five. */
    @SuppressWarnings("unchecked")
    static <T extends NetworkEntry> Kind<T> of(Class<T> type) {
        Kind<?> kind;
        if (type == Link.class) {
            kind = new LinkCodec();
        } else if (type == Address.class) {
            kind = new AddressCodec();
        } else if (type == Route.class) {
            kind = new RouteCodec();
        } else if (type == Neighbour.class) {
            kind = new NeighbourCodec();
        } else if (type == Rule.class) {
            kind = new RuleCodec();
        } else {
            throw new IllegalArgumentException("no table of " + type.getName());
        }
        return (Kind<T>) kind;
    }
}
