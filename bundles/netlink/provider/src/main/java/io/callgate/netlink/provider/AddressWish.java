// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.Errno;
import io.callgate.netlink.Address;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.Link;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Rtnetlink.Selection;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** An address that is to be on a link. */
final class AddressWish implements Wish {

    private static final String LINK = "link";
    private static final String ADDRESS = "address";

    private final Network network;
    private final String link;
    private final IpPrefix address;

    AddressWish(Network network, String link, IpPrefix address) {
        this.network = network;
        this.link = link;
        this.address = address;
    }

    @Override
    public Class<? extends NetworkEntry> kind() {
        return Address.class;
    }

    @Override
    public Map<String, String> identity() {
        return Map.of(LINK, link, ADDRESS, address.toString());
    }

    @Override
    public Look look() throws IOException {
        Optional<Link> on = network.link(link);
        if (on.isEmpty()) {
            return Look.impossible("there is no link " + link + " (netlink:links shows those there are)");
        }
        Selection which = Selection.ALL.of(address.family()).on(on.get().index());
        return network.tables().list(new AddressCodec(), which).stream()
                .filter(each -> each.local().equals(address))
                .findFirst()
                .map(each -> new Look(State.THERE, each, ""))
                .orElse(new Look(State.ABSENT, null, ""));
    }

    @Override
    public void make(Look seen) throws IOException {
        Optional<Link> on = network.link(link);
        if (on.isPresent()) {
            network.request(AddressCodec.put(Address.of(on.get().index(), address)));
        }
    }

    @Override
    public void remove(Map<String, String> identity) throws IOException {
        remove(network, identity);
    }

    static void remove(Network network, Map<String, String> identity) throws IOException {
        Optional<Link> on = network.link(identity.get(LINK));
        if (on.isPresent()) {
            IpPrefix made = IpPrefix.of(identity.get(ADDRESS));
            network.removal(AddressCodec.delete(Address.of(on.get().index(), made)), Errno.EADDRNOTAVAIL, Errno.ENODEV);
        }
    }
}
