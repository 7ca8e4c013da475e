// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.Ready;
import io.callgate.netlink.Netlink;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.Uevent;
import io.callgate.netlink.UeventParser;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.service.log.Logger;

/** udev's, from a socket of their own, which is kept over an update. */
record UdevSource(Door door, NetlinkSettings settings, KeptHandles handles, Logger log) implements UeventSource {

    /** Of NETLINK_KOBJECT_UEVENT; the kernel's own is 1. */
    private static final int GROUP = 2;

    /** Datagrams per turn of the loop, so that a flood leaves room for others. */
    private static final int BATCH = 256;

    private static final int MESSAGE_BYTES = 64 * 1024;
    private static final KeptHandles.Key KEY = new KeptHandles.Key("netlink:uevent:UDEV", Map.of());
    private static final String LOST = "untold";

    @Override
    public Open open(Consumer<Uevent> told, Runnable lost) throws IOException {
        Optional<KeptHandles.Kept> kept = handles.take(KEY);
        NetlinkSocket socket =
                kept.isPresent() ? NetlinkSocket.kept(door, kept.get().fd()) : joined();
        if (kept.isPresent() && Boolean.parseBoolean(kept.get().state().get(LOST))) {
            lost.run();
        }
        try {
            return new Own(socket.trusting(1 << GROUP - 1), told, lost);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private NetlinkSocket joined() throws IOException {
        NetlinkSocket socket = NetlinkSocket.open(door, Netlink.KOBJECT_UEVENT, settings);
        try {
            socket.join(GROUP);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private final class Own implements Open {

        private final NetlinkSocket socket;
        private final Consumer<Uevent> told;
        private final Runnable sayLost;
        private final byte[] copy = new byte[MESSAGE_BYTES]; // on the loop
        private final EventLoop.Registration watch;
        private boolean lost; // on the loop

        Own(NetlinkSocket socket, Consumer<Uevent> told, Runnable sayLost) throws IOException {
            this.socket = socket;
            this.told = told;
            this.sayLost = sayLost;
            this.watch = door.loop().watch(socket.fd(), Ready.IN, ready -> drain());
        }

        /** What was dropped lies behind what is still in the queue, so that comes first. */
        private void drain() throws IOException {
            for (int i = 0; i < BATCH; i++) {
                int length = socket.receive();
                if (length >= 0) {
                    read(length);
                } else if (length == NetlinkSocket.LOST) {
                    lost = true;
                } else if (length == NetlinkSocket.REFUSED) {
                    refused();
                } else {
                    if (lost) {
                        lost = false;
                        log.info(
                                "The kernel dropped what udev said: CAP_NET_ADMIN, or a larger net.core.rmem_max, avoids it");
                        sayLost.run();
                    }
                    return;
                }
            }
        }

        private void read(int length) {
            socket.bytes().get(0, copy, 0, length);
            UeventParser.udev(copy, length).ifPresentOrElse(told, this::refused);
        }

        private void refused() {
            log.debug("a uevent that was not udev's was refused");
        }

        @Override
        public void pause() {
            watch.close();
        }

        @Override
        public void leave(Duration handover, boolean untold) {
            watch.close();
            handles.leave(
                    KEY,
                    socket.fd(),
                    Map.of(LOST, Boolean.toString(untold)),
                    new KeptHandles.Policy(handover, List.of(), Optional.empty()));
        }

        @Override
        public void close() {
            watch.close();
            socket.close();
        }
    }
}
