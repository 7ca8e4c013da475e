// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.Errno;
import io.callgate.netlink.Link;
import io.callgate.netlink.LinkSettings;
import io.callgate.netlink.NetworkEntry;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A link that is to be there, or to be as declared. */
final class LinkWish implements Wish {

    private final Network network;
    private final String name;
    private final String kind;
    private final LinkSettings settings;
    private final String master;

    /**
     * @param kind of a link that is made; empty for one that is there or comes
     * @param settings without its master
     * @param master name of the bridge or bond it is to belong to, empty if that is left alone
     */
    LinkWish(Network network, String name, String kind, LinkSettings settings, String master) {
        this.network = network;
        this.name = name;
        this.kind = kind;
        this.settings = settings;
        this.master = master;
    }

    @Override
    public Class<? extends NetworkEntry> kind() {
        return Link.class;
    }

    @Override
    public Map<String, String> identity() {
        return Map.of("name", name, "kind", kind);
    }

    @Override
    public Look look() throws IOException {
        Optional<Link> link = network.link(name);
        if (link.isEmpty()) {
            return kind.isEmpty()
                    ? Look.impossible("there is no link " + name + " (netlink:links shows those there are)")
                    : new Look(State.ABSENT, null, "");
        }
        if (!kind.isEmpty() && !link.get().kind().equals(kind)) {
            return Look.impossible(
                    "there is a link " + name + ", and it is no " + kind + ": name another, or delete it");
        }
        if (!master.isEmpty() && network.link(master).isEmpty()) {
            return Look.impossible("there is no link " + master + " for it to belong to");
        }
        return new Look(isAsDeclared(link.get()) ? State.THERE : State.DIFFERENT, link.get(), "");
    }

    private boolean isAsDeclared(Link link) throws IOException {
        return settings.up().map(up -> up == link.isSetUp()).orElse(true)
                && settings.mtu().map(mtu -> mtu == link.mtu()).orElse(true)
                && settings.address()
                        .map(address -> address.toLowerCase(Locale.ROOT).equals(link.address()))
                        .orElse(true)
                && settings.alias().map(link.alias()::equals).orElse(true)
                && (master.isEmpty() || masterIndex() == link.master());
    }

    private int masterIndex() throws IOException {
        return network.link(master).map(Link::index).orElse(0);
    }

    @Override
    public void make(Look seen) throws IOException {
        if (seen.state() == State.ABSENT) {
            network.request(LinkCodec.create(kind, LinkSettings.NONE.name(name)));
        }
        Optional<Link> link = network.link(name);
        if (link.isPresent()) {
            LinkSettings wanted = master.isEmpty() ? settings : settings.master(masterIndex());
            network.request(LinkCodec.change(link.get().index(), wanted));
        }
    }

    /** Only a virtual one of the same kind. */
    @Override
    public void remove(Map<String, String> identity) throws IOException {
        remove(network, identity);
    }

    static void remove(Network network, Map<String, String> identity) throws IOException {
        Optional<Link> link = network.link(identity.get("name"));
        if (link.isPresent()
                && !link.get().kind().isEmpty()
                && link.get().kind().equals(identity.get("kind"))) {
            network.removal(LinkCodec.delete(link.get().index()), Errno.ENODEV);
        }
    }
}
