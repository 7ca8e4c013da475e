// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.Ready;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.netlink.NetlinkRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** Netlink sockets of a kernel that a test plays: what is sent goes to the test, which puts datagrams into the sockets' queues. */
final class FakeNetlink implements LinuxSockets {

    /** What the kernel does with a request. */
    interface Kernel {
        void asked(Socket socket, ByteBuffer request);
    }

    /** A datagram and its sender; no bytes are ENOBUFS. */
    record Datagram(byte[] bytes, int sender) {}

    /** One socket. */
    static final class Socket implements FakeFile {

        final int port;
        final List<Integer> groups = new ArrayList<>();
        final Queue<Datagram> queue = new ArrayDeque<>();

        Socket(int port) {
            this.port = port;
        }

        @Override
        public int ready() {
            return queue.isEmpty() ? 0 : Ready.IN;
        }

        void put(byte[] bytes) {
            queue.add(new Datagram(bytes, 0));
        }

        void forge(byte[] bytes) {
            queue.add(new Datagram(bytes, 4711));
        }

        void lose() {
            queue.add(new Datagram(null, 0));
        }
    }

    final FakeLinux linux = new FakeLinux();
    final Map<Fd, Socket> sockets = new HashMap<>();
    final List<Socket> opened = new ArrayList<>();
    Kernel kernel = (socket, request) -> {};

    Door door() {
        return new Door(this, linux, linux, linux, linux, linux);
    }

    /** A whole message. */
    static byte[] message(int type, int flags, int sequence, int port, NetlinkRequest body) {
        byte[] bytes = body.body();
        return ByteBuffer.allocate(16 + bytes.length)
                .order(ByteOrder.nativeOrder())
                .putInt(16 + bytes.length)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(sequence)
                .putInt(port)
                .put(bytes)
                .array();
    }

    @Override
    public Fd socket(int domain, int type, int protocol) throws IOException {
        Socket socket = new Socket(100 + opened.size());
        Fd fd = linux.onCallForFd("socket", arguments -> socket).callForFd("socket");
        sockets.put(fd, socket);
        opened.add(socket);
        return fd;
    }

    @Override
    public void bind(Fd socket, NativeBuffer address, int length) {
        // every socket has its port
    }

    @Override
    public int name(Fd socket, NativeBuffer address) {
        address.bytes().putInt(4, sockets.get(socket).port);
        return 12;
    }

    @Override
    public void option(Fd socket, int level, int option, int value) {
        if (level == 270 && option == 1) {
            sockets.get(socket).groups.add(value);
        }
    }

    @Override
    public void filter(Fd socket, NativeBuffer program, int instructions) {
        // nothing is filtered here
    }

    @Override
    public int option(Fd socket, int level, int option) {
        return 0;
    }

    @Override
    public int send(Fd socket, NativeBuffer from, int offset, int length, NativeBuffer address, int addressLength) {
        kernel.asked(sockets.get(socket), from.bytes().slice(offset, length).order(ByteOrder.nativeOrder()));
        return length;
    }

    @Override
    public int receive(Fd socket, NativeBuffer into, int offset, int length, NativeBuffer sender) throws IOException {
        Datagram next = sockets.get(socket).queue.poll();
        if (next == null) {
            return LinuxFiles.WOULD_BLOCK;
        }
        if (next.bytes == null) {
            throw new ErrnoException("recvfrom", "netlink", Errno.ENOBUFS);
        }
        into.bytes().put(offset, next.bytes, 0, Math.min(length, next.bytes.length));
        sender.bytes().putInt(4, next.sender).putInt(8, 0);
        return next.bytes.length;
    }
}
