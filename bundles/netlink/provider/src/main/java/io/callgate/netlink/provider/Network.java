// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.Errno;
import io.callgate.netlink.Link;
import io.callgate.netlink.NetlinkException;
import io.callgate.netlink.NetlinkRequest;
import java.io.IOException;
import java.util.Optional;

/** The few questions that declarations ask. */
final class Network {

    private final Tables tables;

    Network(Tables tables) {
        this.tables = tables;
    }

    Tables tables() {
        return tables;
    }

    /** The link of a name, if there is one. */
    Optional<Link> link(String name) throws IOException {
        LinkCodec codec = new LinkCodec();
        Link[] found = new Link[1];
        try {
            tables.connection().exchange(LinkCodec.named(name), message -> found[0] = codec.parse(message));
        } catch (NetlinkException e) {
            if (!e.is(Errno.ENODEV)) {
                throw e;
            }
        }
        return Optional.ofNullable(found[0]);
    }

    void request(NetlinkRequest request) throws IOException {
        tables.connection().acknowledged(request);
    }

    /** A removal of what may have gone already. */
    void removal(NetlinkRequest request, Errno... gone) throws IOException {
        try {
            request(request);
        } catch (NetlinkException e) {
            for (Errno each : gone) {
                if (e.is(each)) {
                    return;
                }
            }
            throw e;
        }
    }
}
