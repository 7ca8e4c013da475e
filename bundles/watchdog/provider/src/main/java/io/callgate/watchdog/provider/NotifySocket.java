// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.Fd;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * systemd's notify socket: datagrams to a Unix-domain address, which Java's own sockets do not have. Thread safe.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html">sd_notify(3)</a>
 */
final class NotifySocket implements Feeder.Fed, AutoCloseable {

    private static final short AF_UNIX = 1;
    private static final int PATH = Short.BYTES; // struct sockaddr_un: sun_family, then sun_path[108]
    private static final int LONGEST_PATH = 108;

    private final LinuxSockets sockets;
    private final LinuxMemory memory;
    private final Fd socket;
    private final NativeBuffer address;
    private final int addressLength;
    private final NativeBuffer watchdog;
    private final int watchdogLength;

    /** @param name as in NOTIFY_SOCKET: a path, or an abstract name that begins with @ */
    NotifySocket(String name, LinuxSockets sockets, LinuxMemory memory) throws IOException {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        if (path.length == 0 || path[0] != '/' && path[0] != '@' || path.length >= LONGEST_PATH) {
            throw new IOException("NOTIFY_SOCKET is \"" + name + "\", which is no address of a Unix-domain socket");
        }
        if (path[0] == '@') {
            path[0] = 0;
        }
        this.sockets = sockets;
        this.memory = memory;
        this.address = memory.allocate(PATH + LONGEST_PATH);
        address.bytes().putShort(0, AF_UNIX).put(PATH, path);
        this.addressLength = PATH + path.length + (path[0] == 0 ? 0 : 1); // an abstract name has no end but its length
        this.watchdog = memory.allocate(16);
        this.watchdogLength = watchdog.put(0, "WATCHDOG=1");
        this.socket = sockets.socket(AF_UNIX, LinuxSockets.SOCK_DGRAM, 0);
    }

    /** One message, for example {@code READY=1}. */
    void send(String message) throws IOException {
        NativeBuffer buffer = memory.allocate(message.length() * 3 + 1);
        int length = buffer.put(0, message);
        sockets.send(socket, buffer, 0, length, address, addressLength);
    }

    /** I am alive. A full queue is no failure: systemd has not read the last ones yet. */
    @Override
    public void feed() throws IOException {
        sockets.send(socket, watchdog, 0, watchdogLength, address, addressLength);
    }

    @Override
    public void close() {
        socket.close();
    }
}
