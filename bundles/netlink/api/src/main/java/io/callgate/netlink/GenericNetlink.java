// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Families of generic netlink by name: a driver's own needs no code here.
 *
 * <pre>{@code
 * GenericFamily lab = generic.family("callgate_lab");
 * try (NetlinkConnection connection = netlink.open(Netlink.GENERIC, NetlinkSettings.DEFAULT)) {
 *     NetlinkRequest request = lab.request(LAB_CMD_GET);
 *     request.attributes().string(LAB_ATTR_NAME, "pump");
 *     connection.exchange(request, message -> {
 *         AttributeDecoder attributes = lab.attributes(message);
 *         while (attributes.next()) { ... }
 *     });
 * }
 * NetlinkSubscription events = netlink.listen(Netlink.GENERIC, NetlinkSettings.DEFAULT, message -> { ... });
 * events.join(lab.group("events"));
 * }</pre>
 *
 * <p>Thread safe; every call asks the kernel and blocks for its answer.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/netlink/intro.html#generic-netlink">Generic Netlink</a>
 */
@ProviderType
public interface GenericNetlink {

    /** All families that there are now. */
    List<GenericFamily> families() throws IOException;

    /** The family of a name. @throws NetlinkException ENOENT if there is none: its driver is not loaded */
    GenericFamily family(String name) throws IOException;

    /**
     * What a link's hardware is set to, by the family {@code ethtool}, in the namespace of {@link Rtnetlink#PID}.
     *
     * @throws NetlinkException ENODEV if there is no such link, EOPNOTSUPP if its driver does not say
     */
    LinkModes linkModes(String link) throws IOException;
}
