// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.SocketFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A bound netlink socket that receives what the kernel sends, and nobody else. Not thread safe, but for close. */
final class NetlinkSocket implements AutoCloseable {

    /** Of {@link #receive}: there is nothing now. */
    static final int NOTHING = -1;
    /** Of {@link #receive}: the kernel dropped messages behind those that are still to be received, or cut one that is too long. */
    static final int LOST = -2;
    /** Of {@link #receive}: a message of somebody else's. */
    static final int REFUSED = -3;

    private static final int SOL_NETLINK = 270;
    private static final int ADD_MEMBERSHIP = 1;
    private static final int DROP_MEMBERSHIP = 2;
    private static final int CAP_ACK = 10;
    private static final int EXT_ACK = 11;
    private static final int GET_STRICT_CHK = 12;

    private static final int CLONE_NEWNET = 0x40000000;
    private static final Path OWN_NAMESPACE = Path.of("/proc/thread-self/ns/net");

    /** sockaddr_nl: u16 family, u16 padding, u32 port, u32 groups. */
    private static final int ADDRESS_BYTES = 12;

    private static final int PORT = 4;
    private static final int GROUPS = 8;

    /** Dumps come in pieces of up to 32 KiB, events are smaller. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private final LinuxSockets sockets;
    private final Fd fd;
    private final NativeBuffer buffer;
    private final NativeBuffer address;
    private final ByteBuffer sender;
    private final int port;
    private int trustedGroups; // who sends to these need not be the kernel

    private NetlinkSocket(Door door, Fd fd) throws IOException {
        this.sockets = door.sockets();
        this.fd = fd;
        this.buffer = door.memory().allocate(BUFFER_BYTES);
        this.address = door.memory().allocate(ADDRESS_BYTES);
        this.sender = address.bytes();
        sockets.name(fd, address);
        this.port = sender.getInt(PORT);
    }

    /** Opens one, in the namespace that the settings name. */
    static NetlinkSocket open(Door door, int family, NetlinkSettings settings) throws IOException {
        Fd fd = settings.namespace().isPresent()
                ? openIn(door, settings.namespace().get(), family)
                : door.sockets().socket(LinuxSockets.AF_NETLINK, LinuxSockets.SOCK_RAW, family);
        try {
            enlarge(door.sockets(), fd, settings.receiveBuffer());
            option(door.sockets(), fd, CAP_ACK);
            option(door.sockets(), fd, EXT_ACK);
            if (settings.strict()) {
                option(door.sockets(), fd, GET_STRICT_CHK);
            }
            NativeBuffer any = door.memory().allocate(ADDRESS_BYTES);
            any.bytes().putShort(0, (short) LinuxSockets.AF_NETLINK);
            door.sockets().bind(fd, any, ADDRESS_BYTES);
            return new NetlinkSocket(door, fd);
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /** One that is bound and a member of its groups already: it was kept over an update. */
    static NetlinkSocket kept(Door door, Fd fd) throws IOException {
        return new NetlinkSocket(door, fd);
    }

    /** A socket belongs to the namespace of the thread that made it, for ever: so this thread goes there for that one call. */
    private static Fd openIn(Door door, Path namespace, int family) throws IOException {
        try (Fd own = door.files().open(OWN_NAMESPACE, OpenFlag.RDONLY);
                Fd other = door.files().open(namespace, OpenFlag.RDONLY)) {
            enter(door, other, namespace);
            Fd made = null;
            try {
                made = door.sockets().socket(LinuxSockets.AF_NETLINK, LinuxSockets.SOCK_RAW, family);
            } finally {
                back(door, own, made);
            }
            return made;
        }
    }

    private static void back(Door door, Fd own, Fd made) throws IOException {
        try {
            enter(door, own, OWN_NAMESPACE);
        } catch (IOException | RuntimeException e) {
            if (made != null) {
                made.close();
            }
            throw e;
        }
    }

    private static void enter(Door door, Fd namespace, Path name) throws IOException {
        try {
            door.calls().call("setns", namespace, CLONE_NEWNET);
        } catch (ErrnoException e) {
            throw new ErrnoException("setns", name.toString(), e.errno());
        }
    }

    /** As large as we may. */
    private static void enlarge(LinuxSockets sockets, Fd fd, int bytes) throws IOException {
        try {
            sockets.option(fd, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUFFORCE, bytes);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            sockets.option(fd, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUF, bytes);
        }
    }

    /** Kernels before 4.20 know fewer. */
    private static void option(LinuxSockets sockets, Fd fd, int option) throws IOException {
        try {
            sockets.option(fd, SOL_NETLINK, option, 1);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOPROTOOPT)) {
                throw e;
            }
        }
    }

    Fd fd() {
        return fd;
    }

    int port() {
        return port;
    }

    void join(int group) throws IOException {
        sockets.option(fd, SOL_NETLINK, ADD_MEMBERSHIP, group);
    }

    void leave(int group) throws IOException {
        sockets.option(fd, SOL_NETLINK, DROP_MEMBERSHIP, group);
    }

    /** @param memory for the program, which the kernel copies */
    void filter(LinuxMemory memory, SocketFilter filter) throws IOException {
        int instructions = filter.instructions().size();
        NativeBuffer program = memory.allocate(instructions * SocketFilter.INSTRUCTION_BYTES);
        filter.write(program.bytes());
        sockets.filter(fd, program, instructions);
    }

    /** What was received last; valid until the next call. */
    ByteBuffer bytes() {
        return buffer.bytes();
    }

    /** Receives one datagram: its length, or one of the constants above. */
    int receive() throws IOException {
        int length;
        try {
            length = sockets.receive(fd, buffer, 0, BUFFER_BYTES, address);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOBUFS)) {
                return LOST;
            }
            throw e;
        }
        if (length == LinuxFiles.WOULD_BLOCK) {
            return NOTHING;
        }
        if (!isTrusted()) {
            return REFUSED;
        }
        return length <= BUFFER_BYTES ? length : LOST;
    }

    private boolean isTrusted() {
        return sender.getInt(PORT) == 0 || (sender.getInt(GROUPS) & trustedGroups) != 0;
    }

    /** Accepts what programs send to groups, a mask: the kernel lets only those with CAP_NET_ADMIN do that. udev is such a one. */
    NetlinkSocket trusting(int groups) {
        trustedGroups = groups;
        return this;
    }

    /** Sends the message that the buffer holds to the kernel. */
    void send(NativeBuffer message, int length) throws IOException {
        sender.putShort(0, (short) LinuxSockets.AF_NETLINK).putInt(PORT, 0).putInt(GROUPS, 0);
        if (sockets.send(fd, message, 0, length, address, ADDRESS_BYTES) == LinuxFiles.WOULD_BLOCK) {
            throw new ErrnoException("sendto", fd.subject(), Errno.EAGAIN);
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
