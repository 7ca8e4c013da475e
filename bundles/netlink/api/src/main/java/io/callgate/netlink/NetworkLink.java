// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A network interface, a service while the kernel has it, with the properties {@value #NAME}, {@value #INDEX}, {@value #KIND} and
 * {@value #STATE}, which follow it. Thread safe.
 *
 * <pre>{@code
 * @Reference(target = "(&(netlink.name=eth0)(netlink.state=up))") NetworkLink uplink;
 * }</pre>
 */
@ProviderType
public interface NetworkLink {

    /** Service property: as it is called now. */
    String NAME = "netlink.name";
    /** Service property: its number, an Integer. */
    String INDEX = "netlink.index";
    /** Service property: of a virtual one, {@code bridge} for example; empty for hardware. */
    String KIND = "netlink.kind";
    /** Service property: {@link LinkState#word()}. */
    String STATE = "netlink.state";

    /** As it was told last; does not ask the kernel. */
    Link now();

    /**
     * Changes it. Blocks for the kernel's answer.
     *
     * @throws NetlinkException what the kernel refused: ENODEV if it has gone, EBUSY to rename one that is set up (old kernels)
     */
    void change(LinkSettings settings) throws IOException;
}
