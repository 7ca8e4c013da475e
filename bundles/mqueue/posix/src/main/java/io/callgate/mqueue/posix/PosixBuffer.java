// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.PreparedCall;
import io.callgate.mqueue.MessageBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A message, and before it what its calls need: deadline and priority. */
final class PosixBuffer implements MessageBuffer {

    static final int PAYLOAD = 32;
    private static final int TIMESPEC = 0;
    private static final int PRIORITY = Abi.TIMESPEC_SIZE;

    private static final int ARGUMENT_FD = 0;
    private static final int ARGUMENT_MESSAGE = 1;
    private static final int ARGUMENT_LENGTH = 2;
    private static final int ARGUMENT_PRIORITY = 3;
    private static final int ARGUMENT_DEADLINE = 4;

    private static final long NANOS = 1_000_000_000;

    private final PosixQueue queue;
    private final ByteBuffer header;
    private final ByteBuffer bytes;
    private final PreparedCall send;
    private final PreparedCall receive;

    PosixBuffer(PosixQueue queue, NativeBuffer memory, int capacity, PreparedCall send, PreparedCall receive) {
        this.queue = queue;
        this.header = memory.bytes();
        this.bytes = memory.bytes().slice(PAYLOAD, capacity).order(ByteOrder.nativeOrder());
        this.bytes.limit(0);
        this.send = send.argument(ARGUMENT_MESSAGE, memory, PAYLOAD, capacity)
                .argument(ARGUMENT_DEADLINE, memory, TIMESPEC, Abi.TIMESPEC_SIZE);
        this.receive = receive.argument(ARGUMENT_MESSAGE, memory, PAYLOAD, capacity)
                .argument(ARGUMENT_LENGTH, capacity)
                .argument(ARGUMENT_PRIORITY, memory, PRIORITY, Integer.BYTES)
                .argument(ARGUMENT_DEADLINE, memory, TIMESPEC, Abi.TIMESPEC_SIZE);
    }

    /** Refuses a buffer that is not this queue's. */
    static PosixBuffer of(MessageBuffer buffer, PosixQueue queue) {
        if (buffer instanceof PosixBuffer ours && ours.queue == queue) {
            return ours;
        }
        throw new IllegalArgumentException("a buffer of another queue: allocate() of " + queue.name() + " makes one");
    }

    /** Gives up at that time of the wall clock, in nanoseconds; 0 is at once. */
    PosixBuffer until(long wallNanos) {
        header.putLong(TIMESPEC + Abi.TIMESPEC_SEC, wallNanos / NANOS);
        header.putLong(TIMESPEC + Abi.TIMESPEC_NSEC, wallNanos % NANOS);
        return this;
    }

    /** Zero, or a negative error number. */
    long send(Fd fd) throws ClosedFdException {
        return send.argument(ARGUMENT_FD, fd)
                .argument(ARGUMENT_LENGTH, bytes.limit())
                .argument(ARGUMENT_PRIORITY, priority())
                .call();
    }

    /** The length, or a negative error number. */
    long receive(Fd fd) throws ClosedFdException {
        long length = receive.argument(ARGUMENT_FD, fd).call();
        if (length >= 0) {
            bytes.position(0).limit((int) length);
        }
        return length;
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public int priority() {
        return header.getInt(PRIORITY);
    }

    @Override
    public MessageBuffer priority(int priority) {
        if (priority < 0 || priority >= Abi.MQ_PRIO_MAX) {
            throw new IllegalArgumentException(
                    "a priority of " + priority + ", there are 0 to " + (Abi.MQ_PRIO_MAX - 1));
        }
        header.putInt(PRIORITY, priority);
        return this;
    }

    @Override
    public long type() {
        throw typeless();
    }

    @Override
    public MessageBuffer type(long type) {
        throw typeless();
    }

    private static UnsupportedOperationException typeless() {
        return new UnsupportedOperationException("messages of POSIX queues have priorities, not types");
    }
}
