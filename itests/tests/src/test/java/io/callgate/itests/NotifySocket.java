// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A stand-in for systemd's end of the notify socket: a Unix-domain datagram socket, which Java does not have. */
final class NotifySocket implements AutoCloseable {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int ADDRESS = 110; // struct sockaddr_un
    private static final int LONGEST = 4096;

    private final Path path;
    private final int socket;
    private final Memory buffer = new Memory(LONGEST);
    private final List<String> messages = new ArrayList<>();

    /** @param path shorter than 108 bytes */
    NotifySocket(Path path) throws IOException {
        this.path = path;
        socket = call("socket", AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        Memory address = new Memory(ADDRESS);
        address.clear();
        address.setShort(0, (short) AF_UNIX);
        address.setString(Short.BYTES, path.toString());
        if (socket < 0 || call("bind", socket, address, ADDRESS) < 0) {
            throw new IOException("no socket " + path);
        }
    }

    private static int call(String name, Object... arguments) {
        return Function.getFunction("c", name).invokeInt(arguments);
    }

    Path path() {
        return path;
    }

    /** All that was said so far. */
    synchronized List<String> messages() {
        for (int length = receive(); length > 0; length = receive()) {
            messages.add(new String(buffer.getByteArray(0, length), StandardCharsets.UTF_8));
        }
        return List.copyOf(messages);
    }

    private int receive() {
        return call("recv", socket, buffer, LONGEST, MSG_DONTWAIT);
    }

    /** How often this was said. */
    long count(String message) {
        return messages().stream().filter(message::equals).count();
    }

    @Override
    public void close() {
        call("close", socket);
    }
}
