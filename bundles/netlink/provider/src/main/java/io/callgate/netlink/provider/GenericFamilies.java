// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.netlink.AttributeDecoder;
import io.callgate.netlink.GenericFamily;
import io.callgate.netlink.GenericNetlink;
import io.callgate.netlink.LinkModes;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.Netlink;
import io.callgate.netlink.NetlinkConnection;
import io.callgate.netlink.NetlinkFormatException;
import io.callgate.netlink.NetlinkRequest;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Families by their controller (linux/genetlink.h), and ethtool's link modes (linux/ethtool_netlink.h). */
@Component(service = GenericNetlink.class)
public final class GenericFamilies implements GenericNetlink {

    private static final GenericFamily CONTROLLER = new GenericFamily("nlctrl", 0x10, 2, 0, Map.of());
    private static final int CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;
    private static final int CTRL_ATTR_VERSION = 3;
    private static final int CTRL_ATTR_HDRSIZE = 4;
    private static final int CTRL_ATTR_MCAST_GROUPS = 7;
    private static final int CTRL_ATTR_MCAST_GRP_NAME = 1;
    private static final int CTRL_ATTR_MCAST_GRP_ID = 2;

    private static final String ETHTOOL = "ethtool";
    private static final int ETHTOOL_MSG_LINKMODES_GET = 4;
    private static final int ETHTOOL_A_LINKMODES_HEADER = 1;
    private static final int ETHTOOL_A_HEADER_DEV_NAME = 2;
    private static final int ETHTOOL_A_LINKMODES_AUTONEG = 2;
    private static final int ETHTOOL_A_LINKMODES_SPEED = 5;
    private static final int ETHTOOL_A_LINKMODES_DUPLEX = 6;
    private static final long UNKNOWN_SPEED = 0xffff_ffffL;

    private final Netlink netlink;
    private final Tables tables;

    /** Opens nothing before it is asked. */
    @Activate
    public GenericFamilies(@Reference Netlink netlink, @Reference Tables tables) {
        this.netlink = netlink;
        this.tables = tables;
    }

    /** A family is asked for rarely: no socket is kept for it. */
    private NetlinkConnection connection() throws IOException {
        return netlink.open(Netlink.GENERIC, tables.settings());
    }

    @Override
    public List<GenericFamily> families() throws IOException {
        try (NetlinkConnection connection = connection()) {
            return connection.list(CONTROLLER.request(CTRL_CMD_GETFAMILY), GenericFamilies::family).stream()
                    .sorted(Comparator.comparing(GenericFamily::name))
                    .toList();
        }
    }

    @Override
    public GenericFamily family(String name) throws IOException {
        try (NetlinkConnection connection = connection()) {
            return family(connection, name);
        }
    }

    private static GenericFamily family(NetlinkConnection connection, String name) throws IOException {
        NetlinkRequest request = CONTROLLER.request(CTRL_CMD_GETFAMILY);
        request.attributes().string(CTRL_ATTR_FAMILY_NAME, name);
        GenericFamily[] found = new GenericFamily[1];
        connection.exchange(request, message -> found[0] = family(message));
        if (found[0] == null) {
            throw new IOException("the kernel did not say what the family " + name + " is");
        }
        return found[0];
    }

    static GenericFamily family(MessageDecoder message) throws NetlinkFormatException {
        String name = "";
        int id = 0;
        int version = 0;
        int header = 0;
        Map<String, Integer> groups = Map.of();
        AttributeDecoder attributes = CONTROLLER.attributes(message);
        while (attributes.next()) {
            switch (attributes.type()) {
                case CTRL_ATTR_FAMILY_ID -> id = attributes.u16();
                case CTRL_ATTR_FAMILY_NAME -> name = attributes.string();
                case CTRL_ATTR_VERSION -> version = attributes.s32();
                case CTRL_ATTR_HDRSIZE -> header = attributes.s32();
                case CTRL_ATTR_MCAST_GROUPS -> groups = groups(attributes.nested());
                default -> {}
            }
        }
        return new GenericFamily(name, id, version, header, groups);
    }

    private static Map<String, Integer> groups(AttributeDecoder array) throws NetlinkFormatException {
        Map<String, Integer> groups = new HashMap<>();
        while (array.next()) {
            AttributeDecoder group = array.nested();
            String name = "";
            int id = 0;
            while (group.next()) {
                switch (group.type()) {
                    case CTRL_ATTR_MCAST_GRP_NAME -> name = group.string();
                    case CTRL_ATTR_MCAST_GRP_ID -> id = group.s32();
                    default -> {}
                }
            }
            groups.put(name, id);
        }
        return groups;
    }

    @Override
    public LinkModes linkModes(String link) throws IOException {
        try (NetlinkConnection connection = connection()) {
            GenericFamily ethtool = family(connection, ETHTOOL);
            NetlinkRequest request = ethtool.request(ETHTOOL_MSG_LINKMODES_GET);
            request.attributes()
                    .begin(ETHTOOL_A_LINKMODES_HEADER)
                    .string(ETHTOOL_A_HEADER_DEV_NAME, link)
                    .end();
            LinkModes[] found = new LinkModes[1];
            connection.exchange(request, message -> found[0] = modes(ethtool.attributes(message)));
            if (found[0] == null) {
                throw new IOException("the kernel did not say how " + link + " is set");
            }
            return found[0];
        }
    }

    private static LinkModes modes(AttributeDecoder attributes) throws NetlinkFormatException {
        OptionalLong speed = OptionalLong.empty();
        LinkModes.Duplex duplex = LinkModes.Duplex.UNKNOWN;
        boolean negotiated = false;
        while (attributes.next()) {
            switch (attributes.type()) {
                case ETHTOOL_A_LINKMODES_AUTONEG -> negotiated = attributes.u8() == 1;
                case ETHTOOL_A_LINKMODES_SPEED ->
                    speed = attributes.u32() == UNKNOWN_SPEED
                            ? OptionalLong.empty()
                            : OptionalLong.of(attributes.u32());
                case ETHTOOL_A_LINKMODES_DUPLEX ->
                    duplex = switch (attributes.u8()) {
                        case 0 -> LinkModes.Duplex.HALF;
                        case 1 -> LinkModes.Duplex.FULL;
                        default -> LinkModes.Duplex.UNKNOWN;
                    };
                default -> {}
            }
        }
        return new LinkModes(speed, duplex, negotiated);
    }
}
