// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.Fifo;
import io.callgate.fifo.FifoEndedException;
import io.callgate.fifo.Peer;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The writing end. It can be opened only while somebody reads (ENXIO), and once it is open it stays so: what is in the
 * pipe when the reader dies is read by the next one. Nobody announces a reader, so it knocks.
 *
 * <p>Thread safe; one record is written after the other.
 */
final class Writer {

    private static final int NO_PEER = -1;
    private static final long NOT_WAITING = Long.MIN_VALUE;
    private static final String REST = "rest";

    private final String name;
    private final Framing framing;
    private final boolean alone;
    private final FifoCalls calls;
    private final PeerState peer;
    private final Door door;
    private final NativeBuffer out;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile Fd fd; // null until there was a peer; written under this
    private volatile boolean ended;
    private volatile long records;
    private int from; // of what is left of the record in the buffer; guarded by the lock, as the next
    private int to;

    /** Opens the writing end; empty if nobody reads. */
    @FunctionalInterface
    interface Door {
        Optional<Fd> open() throws IOException;
    }

    /**
     * @param alone nobody else writes, so that a record may be longer than PIPE_BUF
     * @param fd if it is open already
     */
    Writer(String name, Framing framing, boolean alone, Optional<Fd> fd, Door door, FifoCalls calls, PeerState peer) {
        this.name = name;
        this.framing = framing;
        this.alone = alone;
        this.fd = fd.orElse(null);
        this.door = door;
        this.calls = calls;
        this.peer = peer;
        this.out = calls.allocate(framing.frameBytes());
    }

    /** Null until somebody has read. */
    Fd fd() {
        return fd;
    }

    boolean write(ByteBuffer record, Duration limit) throws IOException {
        check(record);
        long end = NOT_WAITING; // the clock is looked at by who has to wait
        if (!lock.tryLock()) {
            end = Limit.end(limit);
            if (!acquire(end)) {
                return false;
            }
        }
        try {
            if (from > 0) { // an interrupted call has begun it
                end = end == NOT_WAITING ? Limit.end(limit) : end;
                if (!finish(limit, end)) {
                    return false;
                }
            }
            from = 0;
            to = framing.encode(record, out.bytes());
            if (!finish(limit, end)) {
                return false;
            }
            records++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void check(ByteBuffer record) {
        framing.check(record);
        int bytes = record.remaining() + framing.overhead();
        if (bytes > Fifo.PIPE_BUF && !alone) {
            throw new IllegalArgumentException("a record of " + bytes + " bytes with its framing, and the kernel writes"
                    + " no more than " + Fifo.PIPE_BUF + " (PIPE_BUF) in one piece: others' records might come in"
                    + " between (if nobody else writes, set \"writers\" to one)");
        }
    }

    private boolean acquire(long end) throws IOException {
        try {
            long left = Limit.left(end);
            return left > 0 && lock.tryLock(left, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private InterruptedIOException interrupted() {
        return new InterruptedIOException("interrupted while waiting to write to " + name);
    }

    /** Writes what is in the buffer; gives up at the end only if nothing of it is in the pipe. */
    private boolean finish(Duration limit, long begun) throws IOException {
        long end = begun;
        while (from < to) {
            if (ended) {
                throw ended();
            }
            int written = attempt();
            if (written > 0) {
                from += written;
                continue;
            }
            if (written == NO_PEER && from > 0) {
                hangUp();
            }
            end = end == NOT_WAITING ? Limit.end(limit) : end;
            long left = from > 0 ? Limit.SLICE.toNanos() : Limit.left(end);
            if (left <= 0) {
                to = 0;
                return false;
            }
            await(written == NO_PEER, left);
        }
        from = 0;
        to = 0;
        return true;
    }

    /** Bytes written, WOULD_BLOCK, or NO_PEER, for which the kernel is asked once for each peer that leaves. */
    private int attempt() throws IOException {
        Fd now = fd;
        if (now == null || peer.now() == Peer.ABSENT) {
            return NO_PEER;
        }
        try {
            return calls.files().write(now, out, from, to - from);
        } catch (ErrnoException e) {
            if (e.is(Errno.EPIPE)) {
                peer.set(Peer.ABSENT);
                return NO_PEER;
            }
            throw e;
        } catch (ClosedFdException e) {
            throw ended();
        }
    }

    /** The peer has left in the midst of a record: the beginning of it goes with the pipe, the next peer gets all. */
    private synchronized void hangUp() {
        Fd old = fd;
        fd = null;
        from = 0;
        old.close();
    }

    private void await(boolean forPeer, long left) throws IOException {
        Duration slice = Limit.slice(left);
        try {
            if (forPeer) {
                peer.awaitPeer(slice.toNanos());
            } else {
                calls.waiting().poll(fd, Ready.OUT, slice);
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ClosedFdException e) {
            throw ended();
        }
        if (Thread.interrupted()) {
            throw interrupted();
        }
    }

    /** Looks whether a peer has come or left; opens the FIFO if it is not. True if it was opened. */
    boolean knock() throws IOException {
        if (fd != null) {
            look();
            return false;
        }
        synchronized (this) { // not the lock: who waits for a peer has that
            Optional<Fd> opened = ended || fd != null ? Optional.empty() : door.open();
            if (opened.isEmpty()) {
                return false;
            }
            fd = opened.get();
            peer.set(Peer.PRESENT);
            return true;
        }
    }

    private void look() throws IOException {
        Fd now = fd;
        if (now != null && !ended) {
            int ready = calls.waiting().poll(now, Ready.OUT, Duration.ZERO);
            peer.set((ready & Ready.ERR) == 0 ? Peer.PRESENT : Peer.ABSENT);
        }
    }

    private FifoEndedException ended() {
        return new FifoEndedException(
                "the service of FIFO " + name + " has ended: bind the one that comes in its place");
    }

    /** Ends it, at the latest when who is in it sees that; what is open is the caller's. */
    Optional<Fd> end() {
        ended = true;
        peer.wake();
        lock.lock(); // until nobody is in a call
        try {
            synchronized (this) {
                return Optional.ofNullable(fd);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The rest of a record that was begun, for a successor; of whoever has ended this. */
    Map<String, String> state() {
        byte[] rest = new byte[from > 0 ? to - from : 0];
        out.bytes().get(from, rest);
        return Map.of(REST, Base64.getEncoder().encodeToString(rest));
    }

    /** Goes on where a predecessor has ended; before anybody else knows this. */
    void restore(Map<String, String> state) {
        byte[] rest = Base64.getDecoder().decode(state.getOrDefault(REST, ""));
        to = out.size();
        from = to - rest.length;
        out.bytes().put(from, rest);
        if (rest.length == 0) {
            from = 0;
            to = 0;
        }
    }

    long records() {
        return records;
    }
}
