// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.FifoEndedException;
import io.callgate.fifo.Peer;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;

/**
 * The reading end. When the last writer has left, the kernel says "end of file" and "hang up" for ever; a second
 * descriptor of the same FIFO, opened before the first is closed, has never seen a writer, and waits again: the pipe, and
 * what is in it, stays, and a writer that comes in between notices nothing.
 *
 * <p>Thread safe. No lock is held while a caller waits or a record is told.
 */
final class Reader {

    private final String name;
    private final Framing framing;
    private final FifoCalls calls;
    private final NativeBuffer chunk;
    private final Deframer deframer;
    private final PeerState peer;

    private volatile Fd fd; // written under this lock
    private volatile Fd hung; // the descriptor of which the kernel says that all writers have left
    private volatile boolean ended;
    private volatile Runnable renewed = () -> {};
    private boolean used; // a writer was seen by this descriptor; guarded by this, as the next
    private long records;

    /** Takes the descriptor over. */
    Reader(String name, Framing framing, Fd fd, FifoCalls calls, PeerState peer) {
        this.name = name;
        this.framing = framing;
        this.fd = fd;
        this.calls = calls;
        this.peer = peer;
        this.chunk = calls.allocate(Deframer.chunkBytes(framing));
        this.deframer = new Deframer(framing, chunk.bytes());
    }

    /** The descriptor to wait for, until {@link #onRenewal} says that there is another. */
    Fd fd() {
        return fd;
    }

    /** @param renewed is told, under this lock, that the descriptor is another one; must not wait */
    void onRenewal(Runnable renewed) {
        this.renewed = renewed;
    }

    boolean read(ByteBuffer into, Duration limit) throws IOException {
        check(into);
        if (next(into)) {
            return true;
        }
        long end = Limit.end(limit);
        for (long left = Limit.left(end); left > 0; left = Limit.left(end)) {
            await(Limit.slice(left));
            if (next(into)) {
                return true;
            }
        }
        return false;
    }

    private void check(ByteBuffer into) {
        int needed = framing.kind() == Framing.Kind.RAW ? 1 : framing.recordBytes();
        if (into.capacity() < needed) {
            throw new IllegalArgumentException("a buffer of " + into.capacity() + " bytes, and a record of " + name
                    + " may have " + needed + ": ByteBuffer.allocate(fifo.recordBytes())");
        }
    }

    private void await(Duration slice) throws IOException {
        Fd waited = fd;
        try {
            if ((calls.waiting().poll(waited, Ready.IN, slice) & Ready.HUP) != 0) {
                hungUp(waited);
            }
        } catch (ClosedFdException e) {
            if (ended) {
                throw ended();
            }
        }
        if (Thread.interrupted()) {
            throw new InterruptedIOException("interrupted while waiting for a record of " + name);
        }
    }

    /** The kernel has said so: there was a writer, and there is none now. Takes no lock: the event loop calls it. */
    void hungUp(Fd which) {
        hung = which;
    }

    /** Takes the next record, if one is there. */
    private synchronized boolean next(ByteBuffer into) throws IOException {
        if (ended) {
            throw ended();
        }
        while (!deframer.next(into.capacity())) {
            if (!fill()) {
                return false;
            }
        }
        deframer.copy(into);
        records++;
        return true;
    }

    private boolean fill() throws IOException {
        int bytes = calls.files().read(fd, chunk, deframer.end(), deframer.room());
        if (bytes == 0) {
            endOfFile();
            return false;
        }
        used = true;
        peer.set(Peer.PRESENT);
        if (bytes == LinuxFiles.WOULD_BLOCK) {
            return false;
        }
        deframer.filled(bytes);
        return true;
    }

    private void endOfFile() throws IOException {
        deframer.endOfFile();
        peer.set(Peer.ABSENT);
        if (used || hung == fd) {
            Fd old = fd;
            fd = calls.open(old, OpenFlag.RDONLY);
            used = false;
            old.close();
            renewed.run();
        }
    }

    /** Sees a peer that has come or left, if nobody reads; takes nothing that somebody should read. */
    synchronized void look() throws IOException {
        if (ended) {
            return;
        }
        if (deframer.isEmpty() && calls.waitingBytes(fd) == 0) {
            fill();
        } else {
            int ready = calls.waiting().poll(fd, Ready.IN, Duration.ZERO);
            peer.set((ready & Ready.HUP) == 0 ? Peer.PRESENT : Peer.ABSENT);
        }
    }

    private FifoEndedException ended() {
        return new FifoEndedException(
                "the service of FIFO " + name + " has ended: bind the one that comes in its place");
    }

    /** No more records; the descriptor is the caller's. */
    synchronized Fd end() {
        ended = true;
        return fd;
    }

    /** What was read and is not consumed, for a successor. */
    synchronized Map<String, String> state() {
        return deframer.state();
    }

    /** Goes on where a predecessor has ended. */
    synchronized void restore(Map<String, String> state) {
        deframer.restore(state);
    }

    synchronized long records() {
        return records;
    }

    synchronized long torn() {
        return deframer.torn();
    }

    synchronized long oversized() {
        return deframer.oversized();
    }
}
