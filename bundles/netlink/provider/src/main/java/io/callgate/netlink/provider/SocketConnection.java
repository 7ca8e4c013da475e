// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.Ready;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.NetlinkConnection;
import io.callgate.netlink.NetlinkException;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.SocketFilter;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Requests on one socket, one after the other. */
final class SocketConnection implements NetlinkConnection {

    private static final int REQUEST = 0x1;
    private static final int ACKNOWLEDGE = 0x4;
    private static final int DUMP = 0x300;

    private static final int DUMPS = 10;
    private static final String INTERRUPTED = "something changed during each of " + DUMPS + " dumps: try again later";

    private final Door door;
    private final int family;
    private final NetlinkSettings settings;
    private final Consumer<SocketConnection> closed;

    private final ReentrantLock requesting = new ReentrantLock();
    private final MessageDecoder message = new MessageDecoder(); // guarded by requesting
    private int sequence; // guarded by requesting
    private NativeBuffer outgoing; // guarded by requesting
    private SocketFilter filter = SocketFilter.NONE; // guarded by requesting

    /** Replaced, under requesting, if an answer may still be on its way in it. */
    private volatile NetlinkSocket socket;

    private volatile boolean ended;

    SocketConnection(Door door, int family, NetlinkSettings settings, Consumer<SocketConnection> closed)
            throws IOException {
        this.door = door;
        this.family = family;
        this.settings = settings;
        this.closed = closed;
        this.outgoing = door.memory().allocate(4096);
        this.socket = NetlinkSocket.open(door, family, settings);
    }

    @Override
    public int family() {
        return family;
    }

    @Override
    public int port() {
        return socket.port();
    }

    @Override
    public void filter(SocketFilter wanted) throws IOException {
        requesting.lock();
        try {
            if (socket.fd().isOpen() || ended) {
                socket.filter(door.memory(), wanted);
            }
            filter = wanted;
        } finally {
            requesting.unlock();
        }
    }

    @Override
    public void acknowledged(NetlinkRequest request) throws IOException {
        exchange(request, ignored -> {});
    }

    @Override
    public void exchange(NetlinkRequest request, Receiver receiver) throws IOException {
        asked(request, REQUEST | ACKNOWLEDGE, receiver);
    }

    @Override
    public void dump(NetlinkRequest request, Receiver receiver) throws IOException {
        for (int i = 0; i < DUMPS; i++) {
            if (i > 0) {
                receiver.restarted();
            }
            if (!asked(request, REQUEST | DUMP, receiver)) {
                return;
            }
        }
        throw new NetlinkException(subject(request), Errno.EINTR, INTERRUPTED, -1, -1);
    }

    private String subject(NetlinkRequest request) {
        return "family " + family + " request " + request.type();
    }

    /** One question and its whole answer; true if that was inconsistent. */
    private boolean asked(NetlinkRequest request, int flags, Receiver receiver) throws IOException {
        if (door.loop().isLoopThread()) {
            throw new IllegalStateException("a netlink request waits for its answer, which the event loop must not");
        }
        requesting.lock();
        try {
            if (ended) {
                throw new ClosedFdException("netlink connection of family " + family);
            }
            if (!socket.fd().isOpen()) {
                socket = reopened();
            }
            sequence = sequence == Integer.MAX_VALUE ? 1 : sequence + 1; // 0 is for events
            send(request, flags);
            return new Answer(request, receiver).take();
        } finally {
            requesting.unlock();
            if (ended) { // meanwhile: the socket may be a new one
                socket.close();
            }
        }
    }

    private NetlinkSocket reopened() throws IOException {
        NetlinkSocket opened = NetlinkSocket.open(door, family, settings);
        try {
            opened.filter(door.memory(), filter);
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private void send(NetlinkRequest request, int flags) throws IOException {
        int length = MessageDecoder.HEADER + request.body().length;
        if (outgoing.size() < length) {
            outgoing = door.memory().allocate(length * 2);
        }
        ByteBuffer into = outgoing.bytes();
        into.clear();
        socket.send(outgoing, request.write(into, flags, sequence));
    }

    /** What the kernel says to one request. */
    private final class Answer {

        private final NetlinkRequest request;
        private final Receiver receiver;
        private final Duration limit = settings.timeout();
        private Exception failure; // of the receiver: the kernel's answer is taken to its end all the same
        private boolean interrupted;
        private boolean complete;

        Answer(NetlinkRequest request, Receiver receiver) {
            this.request = request;
            this.receiver = receiver;
        }

        boolean take() throws IOException {
            try {
                while (!complete) {
                    int length = receive();
                    message.wrap(socket.bytes(), 0, length);
                    while (!complete && message.next()) {
                        one();
                    }
                }
            } catch (NetlinkException e) {
                throw e; // the end of the answer
            } catch (IOException | RuntimeException e) {
                socket.close(); // the rest of the answer must not be taken for the next one's
                throw e;
            }
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            return interrupted;
        }

        /** The next datagram of the kernel's. */
        private int receive() throws IOException {
            long end = System.nanoTime() + limit.toNanos();
            while (true) {
                int length = socket.receive();
                if (length >= 0) {
                    return length;
                }
                if (length == NetlinkSocket.LOST) {
                    throw new NetlinkException(
                            subject(request), Errno.ENOBUFS, "a part of the answer was lost: ask again", -1, -1);
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new SocketTimeoutException("netlink " + subject(request) + ": no answer of the kernel within "
                            + limit.toMillis() + " ms");
                }
                if (length == NetlinkSocket.NOTHING) {
                    door.waiting().poll(socket.fd(), Ready.IN, Duration.ofNanos(left));
                }
            }
        }

        private void one() throws IOException {
            if (message.sequence() != sequence || message.port() != socket.port()) {
                return; // of a request that was given up, or an event
            }
            interrupted |= (message.flags() & MessageDecoder.DUMP_INTERRUPTED) != 0;
            switch (message.type()) {
                case MessageDecoder.NOOP -> {}
                case MessageDecoder.ERROR -> {
                    complete = true;
                    Acknowledgement.check(message, subject(request), true);
                }
                case MessageDecoder.DONE -> {
                    complete = true;
                    Acknowledgement.check(message, subject(request), false);
                }
                case MessageDecoder.OVERRUN ->
                    throw new NetlinkException(
                            subject(request), Errno.ENOBUFS, "a part of the answer was lost: ask again", -1, -1);
                default -> give();
            }
        }

        private void give() {
            if (failure == null) {
                try {
                    receiver.message(message);
                } catch (IOException | RuntimeException e) {
                    failure = e;
                }
            }
        }
    }

    @Override
    public void close() {
        ended = true;
        socket.close();
        closed.accept(this);
    }
}
