// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.LinuxWaiting;
import io.callgate.netlink.Netlink;
import io.callgate.netlink.NetlinkConnection;
import io.callgate.netlink.NetlinkListener;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.NetlinkSubscription;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** Netlink as one bundle sees it: what it opens is closed when it stops. */
@Component(service = Netlink.class, scope = ServiceScope.BUNDLE)
public final class SocketNetlink implements Netlink {

    private final Door door;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Opens nothing. */
    @Activate
    public SocketNetlink(
            @Reference LinuxSockets sockets,
            @Reference LinuxMemory memory,
            @Reference LinuxWaiting waiting,
            @Reference LinuxFiles files,
            @Reference LinuxCalls calls,
            @Reference EventLoop loop) {
        this.door = new Door(sockets, memory, waiting, files, calls, loop);
    }

    @Override
    public NetlinkConnection open(int family, NetlinkSettings settings) throws IOException {
        return kept(new SocketConnection(door, family, settings, open::remove));
    }

    @Override
    public NetlinkSubscription listen(int family, NetlinkSettings settings, NetlinkListener listener)
            throws IOException {
        NetlinkSocket socket = NetlinkSocket.open(door, family, settings);
        return kept(new SocketSubscription(door, socket, listener, open::remove));
    }

    private <T extends AutoCloseable> T kept(T opened) {
        open.add(opened);
        if (closed) {
            end(opened);
            throw new IllegalStateException("a netlink socket was opened after the bundle stopped");
        }
        return opened;
    }

    private static void end(AutoCloseable opened) {
        if (opened instanceof NetlinkConnection connection) {
            connection.close();
        } else if (opened instanceof NetlinkSubscription subscription) {
            subscription.close();
        }
    }

    /** Closes what the bundle left open. */
    @Deactivate
    public void close() {
        closed = true;
        open.forEach(SocketNetlink::end);
    }
}
