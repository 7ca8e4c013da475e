// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a socket is opened.
 *
 * @param namespace the network namespace's file, {@code /run/netns/NAME} or {@code /proc/PID/ns/net}; empty for the gateway's own.
 *     Entering another needs CAP_SYS_ADMIN
 * @param receiveBuffer bytes of events that may wait in the kernel; past net.core.rmem_max only with CAP_NET_ADMIN
 * @param timeout how long one answer of the kernel may take
 * @param strict whether the kernel refuses a dump's filters that it does not know, instead of ignoring them
 */
public record NetlinkSettings(Optional<Path> namespace, int receiveBuffer, Duration timeout, boolean strict) {

    /** The gateway's namespace, 32 MiB (used by a flood only), 5 s, strict. */
    public static final NetlinkSettings DEFAULT =
            new NetlinkSettings(Optional.empty(), 32 << 20, Duration.ofSeconds(5), true);

    /** These in another namespace. */
    public NetlinkSettings in(Path file) {
        return new NetlinkSettings(Optional.of(file), receiveBuffer, timeout, strict);
    }

    /** These with another receive buffer, in bytes. */
    public NetlinkSettings buffering(int bytes) {
        return new NetlinkSettings(namespace, bytes, timeout, strict);
    }

    /** These with another limit for an answer. */
    public NetlinkSettings within(Duration limit) {
        return new NetlinkSettings(namespace, receiveBuffer, limit, strict);
    }
}
