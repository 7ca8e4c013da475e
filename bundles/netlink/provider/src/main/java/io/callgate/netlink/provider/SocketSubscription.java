// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.Ready;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.NetlinkFormatException;
import io.callgate.netlink.NetlinkListener;
import io.callgate.netlink.NetlinkSubscription;
import io.callgate.netlink.SocketFilter;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * A socket that listens, on the event loop. Making no garbage is its contract: one cursor for all messages, one buffer.
 */
final class SocketSubscription implements NetlinkSubscription {

    /** Datagrams per turn of the loop, so that a flood leaves room for others. */
    private static final int BATCH = 256;

    private final NetlinkSocket socket;
    private final LinuxMemory memory;
    private final NetlinkListener listener;
    private final Consumer<SocketSubscription> closed;
    private final MessageDecoder message = new MessageDecoder();
    private final EventLoop.Registration watch;
    private boolean lost; // on the loop
    private boolean empty; // on the loop
    private Exception failure; // on the loop
    private volatile long refused;
    private volatile long overruns;

    SocketSubscription(Door door, NetlinkSocket socket, NetlinkListener listener, Consumer<SocketSubscription> closed)
            throws IOException {
        this.socket = socket;
        this.memory = door.memory();
        this.listener = listener;
        this.closed = closed;
        try {
            this.watch = door.loop().watch(socket.fd(), Ready.IN, ready -> drain());
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void join(int group) throws IOException {
        socket.join(group);
    }

    @Override
    public void leave(int group) throws IOException {
        socket.leave(group);
    }

    @Override
    public void filter(SocketFilter filter) throws IOException {
        socket.filter(memory, filter);
    }

    @Override
    public int port() {
        return socket.port();
    }

    @Override
    public long refused() {
        return refused;
    }

    @Override
    public long overruns() {
        return overruns;
    }

    /** On the loop: takes all that waits, however much it is, before anything else is done. */
    void drainAll() throws IOException {
        do {
            drain();
        } while (!empty);
    }

    /** What the kernel dropped lies behind what is still in the queue, so that comes first. */
    private void drain() throws IOException {
        empty = false;
        for (int i = 0; i < BATCH; i++) {
            int length = socket.receive();
            if (length >= 0) {
                read(length);
            } else if (length == NetlinkSocket.LOST) {
                lost = true;
            } else if (length == NetlinkSocket.REFUSED) {
                refused++;
            } else {
                empty = true;
                sayLost();
                break;
            }
        }
        rethrow();
    }

    private void read(int length) {
        try {
            message.wrap(socket.bytes(), 0, length);
            while (message.next()) {
                tell();
            }
        } catch (NetlinkFormatException e) {
            lost = true; // what it said is not known
            failure = e;
        }
    }

    private void tell() {
        try {
            listener.event(message);
        } catch (IOException | RuntimeException e) {
            failure = e; // the others are told all the same
        }
    }

    private void sayLost() {
        if (lost) {
            lost = false;
            overruns++;
            try {
                listener.overrun();
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
        }
    }

    /** For the loop's log. */
    private void rethrow() throws IOException {
        Exception thrown = failure;
        failure = null;
        if (thrown instanceof IOException e) {
            throw e;
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
    }

    /** Stops listening; the socket stays open and goes on collecting events. */
    void pause() {
        watch.close();
    }

    Fd fd() {
        return socket.fd();
    }

    @Override
    public void close() {
        watch.close();
        socket.close();
        closed.accept(this);
    }
}
