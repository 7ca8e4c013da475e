// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Announcement;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.NativeBuffer;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** The kernel's uevents, from a netlink socket. One thread receives. */
final class UeventSocket implements Closeable {

    /** Of receive. */
    enum Outcome {
        /** A message of the kernel's; {@link #event()} has it. */
        EVENT,
        /** A message of somebody else's, or one that cannot be read. */
        OTHER,
        /** There is none now. */
        NOTHING,
        /** The kernel dropped messages behind those that are still to be received. */
        LOST
    }

    private static final int NETLINK_KOBJECT_UEVENT = 15;

    /** Group 1 is the kernel's, group 2 what udev makes of it. */
    private static final int KERNEL_GROUP = 1;

    /** The default holds 256 events; with this, 300,000 in a second lost none. The memory is used by a flood only. */
    private static final int BUFFER_BYTES = 32 << 20;

    /** The kernel's own limit is 2,048 bytes of variables. */
    private static final int MESSAGE_BYTES = 8 * 1024;

    private final LinuxSockets sockets;
    private final NativeBuffer message;
    private final NativeBuffer sender;
    private final byte[] copy = new byte[MESSAGE_BYTES];
    private final Fd fd;
    private Announcement event;

    UeventSocket(LinuxSockets sockets, LinuxMemory memory) throws IOException {
        this.sockets = sockets;
        this.message = memory.allocate(MESSAGE_BYTES);
        this.sender = memory.allocate(Layout.SOCKADDR_NL_SIZE);
        this.fd = sockets.socket(LinuxSockets.AF_NETLINK, LinuxSockets.SOCK_RAW, NETLINK_KOBJECT_UEVENT);
        try {
            enlarge();
            NativeBuffer address = memory.allocate(Layout.SOCKADDR_NL_SIZE);
            address.bytes().putShort(Layout.SOCKADDR_NL_FAMILY, (short) LinuxSockets.AF_NETLINK);
            address.bytes().putInt(Layout.SOCKADDR_NL_GROUPS, KERNEL_GROUP);
            sockets.bind(fd, address, Layout.SOCKADDR_NL_SIZE);
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    /** As large as we may. */
    private void enlarge() throws IOException {
        try {
            sockets.option(fd, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUFFORCE, BUFFER_BYTES);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            sockets.option(fd, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUF, BUFFER_BYTES);
        }
    }

    Fd fd() {
        return fd;
    }

    Outcome receive() throws IOException {
        int length;
        try {
            length = sockets.receive(fd, message, 0, MESSAGE_BYTES, sender);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOBUFS)) {
                return Outcome.LOST;
            }
            throw e;
        }
        if (length == LinuxFiles.WOULD_BLOCK) {
            return Outcome.NOTHING;
        }
        // Anybody with CAP_NET_ADMIN may send to the group; only the kernel has port 0.
        if (sender.bytes().getInt(Layout.SOCKADDR_NL_PID) != 0 || length > MESSAGE_BYTES) {
            return Outcome.OTHER;
        }
        message.bytes().get(0, copy, 0, length);
        Optional<Announcement> parsed = Announcement.parse(copy, length);
        event = parsed.orElse(null);
        return parsed.isPresent() ? Outcome.EVENT : Outcome.OTHER;
    }

    /** What was received last. */
    Announcement event() {
        return event;
    }

    @Override
    public void close() {
        fd.close();
    }
}
