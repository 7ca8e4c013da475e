// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.MessageQueue;
import io.callgate.mqueue.QueueGoneException;
import io.callgate.mqueue.QueueKind;
import io.callgate.mqueue.QueueStatistics;
import io.callgate.mqueue.Selection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An open queue. The descriptor blocks, and every call has a deadline: now, or at most a slice of time from now, so that
 * a thread that waits sees an interruption and the end of the service. One system call sends or receives, also if it has
 * to wait. The kernel keeps these deadlines by the wall clock.
 */
final class PosixQueue implements MessageQueue {

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long AT_ONCE = 0;

    private final String name;
    private final String address;
    private final Fd fd;
    private final QueueCalls calls;
    private final QueueCalls.Attributes made;
    private final Time time;

    /** Takes the descriptor over. */
    PosixQueue(String name, String address, Fd fd, QueueCalls calls, QueueCalls.Attributes made, Time time) {
        this.name = name;
        this.address = address;
        this.fd = fd;
        this.calls = calls;
        this.made = made;
        this.time = time;
    }

    Fd fd() {
        return fd;
    }

    QueueCalls.Attributes made() {
        return made;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public QueueKind kind() {
        return QueueKind.POSIX;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public int maxMessageBytes() {
        return Math.toIntExact(made.maxMessageBytes());
    }

    @Override
    public MessageBuffer allocate() {
        return calls.buffer(this, maxMessageBytes());
    }

    @Override
    public boolean send(MessageBuffer message, Duration limit) throws IOException {
        PosixBuffer buffer = PosixBuffer.of(message, this);
        return sends(buffer, AT_ONCE) || waits(buffer, true, nanos(limit));
    }

    @Override
    public boolean receive(MessageBuffer into, Duration limit) throws IOException {
        PosixBuffer buffer = PosixBuffer.of(into, this);
        return receives(buffer, AT_ONCE) || waits(buffer, false, nanos(limit));
    }

    private boolean sends(PosixBuffer buffer, long wallNanos) throws IOException {
        buffer.until(wallNanos);
        return done(send(buffer), calls.abi().timedSend());
    }

    private boolean receives(PosixBuffer buffer, long wallNanos) throws IOException {
        buffer.until(wallNanos);
        return done(receive(buffer), calls.abi().timedReceive());
    }

    /** In slices, so that an interruption of the caller is seen. What can be done at once has read no clock. */
    private boolean waits(PosixBuffer buffer, boolean sends, long nanos) throws IOException {
        long begin = time.nanos();
        for (long left = nanos; left > 0; left = nanos - (time.nanos() - begin)) {
            if (Thread.interrupted()) {
                throw new InterruptedIOException("interrupted while waiting for queue " + name);
            }
            long end = TimeUnit.MILLISECONDS.toNanos(time.wallMillis()) + Math.min(left, SLICE_NANOS);
            if (sends ? sends(buffer, end) : receives(buffer, end)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean receive(MessageBuffer into, Selection which, Duration limit) throws IOException {
        if (which.rule() != Selection.Rule.ANY) {
            throw new UnsupportedOperationException("a POSIX queue gives the message with the highest priority first");
        }
        return receive(into, limit);
    }

    private long send(PosixBuffer buffer) throws QueueGoneException {
        try {
            return buffer.send(fd);
        } catch (ClosedFdException e) {
            throw ended();
        }
    }

    private long receive(PosixBuffer buffer) throws QueueGoneException {
        try {
            return buffer.receive(fd);
        } catch (ClosedFdException e) {
            throw ended();
        }
    }

    private QueueGoneException ended() {
        return new QueueGoneException(
                "the service of queue " + name + " has ended: bind the one that comes in its place");
    }

    /** False if it was in vain, for want of a message, of room, or by a signal. */
    private boolean done(long result, String call) throws ErrnoException {
        if (result >= 0) {
            return true;
        }
        int errno = (int) -result;
        if (errno == Errno.ETIMEDOUT.number() || errno == Errno.EINTR.number()) {
            return false;
        }
        throw new ErrnoException(call, address, Errno.of(errno));
    }

    private static long nanos(Duration limit) {
        if (limit.isNegative()) {
            return 0;
        }
        return limit.getSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE : limit.toNanos();
    }

    @Override
    public QueueStatistics statistics() throws IOException {
        try {
            long messages = calls.attributes(fd).messages();
            return new QueueStatistics(
                    messages,
                    messages == 0 ? 0 : bytes(),
                    made.maxMessages(),
                    made.maxMessages() * made.maxMessageBytes(),
                    Optional.empty(),
                    Optional.empty());
        } catch (ClosedFdException e) {
            throw ended();
        }
    }

    /** Known to those who may receive. */
    private long bytes() throws IOException {
        try {
            return calls.bytes(fd);
        } catch (ErrnoException e) {
            if (e.is(Errno.EBADF)) {
                return -1;
            }
            throw e;
        }
    }

    void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return name + " (" + address + ")";
    }
}
