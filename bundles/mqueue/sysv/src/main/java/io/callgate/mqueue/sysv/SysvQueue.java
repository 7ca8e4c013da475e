// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.MessageQueue;
import io.callgate.mqueue.QueueGoneException;
import io.callgate.mqueue.QueueKind;
import io.callgate.mqueue.QueueStatistics;
import io.callgate.mqueue.Selection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** A queue that was found by its key. */
final class SysvQueue implements MessageQueue {

    private final String name;
    private final int key;
    private final int id;
    private final int maxMessageBytes;
    private final QueueCalls calls;
    private final Waits waits;
    private final Time time;
    private volatile boolean ended;

    SysvQueue(String name, int key, int id, int maxMessageBytes, QueueCalls calls, Waits waits, Time time) {
        this.name = name;
        this.key = key;
        this.id = id;
        this.maxMessageBytes = maxMessageBytes;
        this.calls = calls;
        this.waits = waits;
        this.time = time;
    }

    int id() {
        return id;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public QueueKind kind() {
        return QueueKind.SYSTEM_V;
    }

    @Override
    public String address() {
        return address(key);
    }

    static String address(int key) {
        return "0x" + Integer.toHexString(key);
    }

    @Override
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    @Override
    public MessageBuffer allocate() {
        return calls.buffer(this, maxMessageBytes);
    }

    /** Whoever need not wait is not looked after either. */
    @Override
    public boolean send(MessageBuffer message, Duration limit) throws IOException {
        SysvBuffer buffer = SysvBuffer.of(message, this);
        if (!ended && done(buffer.send(Abi.IPC_NOWAIT), "msgsnd")) {
            return true;
        }
        long end = end(limit);
        if (end == 0 && !ended) {
            return false;
        }
        while (!ended && waits.enter(buffer.waiting(), end)) {
            long result;
            try {
                result = buffer.send(0);
            } finally {
                waits.leave(buffer.waiting());
            }
            if (done(result, "msgsnd")) {
                return true;
            }
            if (isOver(end)) {
                return false;
            }
        }
        return stopped(buffer);
    }

    @Override
    public boolean receive(MessageBuffer into, Duration limit) throws IOException {
        return receive(into, Selection.any(), limit);
    }

    @Override
    public boolean receive(MessageBuffer into, Selection which, Duration limit) throws IOException {
        SysvBuffer buffer = SysvBuffer.of(into, this);
        if (!ended && done(buffer.receive(which, Abi.IPC_NOWAIT), "msgrcv")) {
            return true;
        }
        long end = end(limit);
        if (end == 0 && !ended) {
            return false;
        }
        while (!ended && waits.enter(buffer.waiting(), end)) {
            long result;
            try {
                result = buffer.receive(which, 0);
            } finally {
                waits.leave(buffer.waiting());
            }
            if (done(result, "msgrcv")) {
                return true;
            }
            if (isOver(end)) {
                return false;
            }
        }
        return stopped(buffer);
    }

    /** When to give up on the monotonic clock: 0 at once. */
    private long end(Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            return 0;
        }
        if (limit.getSeconds() >= Long.MAX_VALUE / 2_000_000_000) {
            return Waits.NEVER;
        }
        long end = time.nanos() + limit.toNanos();
        return end == 0 || end == Waits.NEVER ? end - 1 : end;
    }

    private boolean isOver(long end) throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            Thread.interrupted();
            throw new InterruptedIOException("interrupted while waiting for queue " + name);
        }
        return end != Waits.NEVER && time.nanos() - end >= 0;
    }

    /** False if it was in vain, for want of a message, of room, or by a signal. */
    private boolean done(long result, String call) throws IOException {
        if (result >= 0) {
            return true;
        }
        Errno errno = Errno.of((int) -result);
        return switch (errno) {
            case EAGAIN, ENOMSG, EINTR -> false;
            case EIDRM, EINVAL -> throw removed();
            case E2BIG ->
                throw new IOException("the next message of queue " + name + " is longer than " + maxMessageBytes
                        + " bytes: set \"maxMessageBytes\" to more, or 0 for kernel.msgmax");
            default -> throw new ErrnoException(call, address(), errno);
        };
    }

    private QueueGoneException removed() {
        return new QueueGoneException("queue " + name + " (" + address() + ") was removed by somebody");
    }

    /** A listener's thread that is to end, or everybody. */
    private boolean stopped(SysvBuffer buffer) throws QueueGoneException {
        if (buffer.waiting().isCancelled()) {
            return false;
        }
        throw new QueueGoneException(
                "the service of queue " + name + " has ended: bind the one that comes in its place");
    }

    /** From now on receiving into this buffer gives nothing; a wait for it ends soon. */
    void cancel(MessageBuffer buffer) throws IOException {
        waits.cancel(SysvBuffer.of(buffer, this).waiting());
    }

    @Override
    public QueueStatistics statistics() throws IOException {
        try {
            QueueCalls.State now = calls.state(id);
            return new QueueStatistics(
                    now.messages(), now.bytes(), now.maxBytes(), now.maxBytes(), now.lastSent(), now.lastReceived());
        } catch (ErrnoException e) {
            if (e.is(Errno.EIDRM, Errno.EINVAL)) {
                throw removed();
            }
            throw e;
        }
    }

    /** When this returns nobody waits for it in the kernel. */
    void close() throws IOException {
        ended = true;
        waits.close();
    }

    @Override
    public String toString() {
        return name + " (" + address() + ")";
    }
}
