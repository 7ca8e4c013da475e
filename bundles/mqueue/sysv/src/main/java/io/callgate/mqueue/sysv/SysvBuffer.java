// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.PreparedCall;
import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.Selection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** struct msgbuf: the type, and the message right behind it; and the wait of whoever uses it. */
final class SysvBuffer implements MessageBuffer {

    static final int PAYLOAD = 16;

    private static final int ARGUMENT_ID = 0;
    private static final int ARGUMENT_MESSAGE = 1;
    private static final int ARGUMENT_LENGTH = 2;
    private static final int ARGUMENT_SEND_FLAGS = 3;
    private static final int ARGUMENT_TYPE = 3;
    private static final int ARGUMENT_RECEIVE_FLAGS = 4;

    private final SysvQueue queue;
    private final ByteBuffer header;
    private final ByteBuffer bytes;
    private final Abi abi;
    private final int typeOffset;
    private final PreparedCall send;
    private final PreparedCall receive;
    private final Waits.Wait wait = new Waits.Wait();

    SysvBuffer(SysvQueue queue, NativeBuffer memory, int capacity, Abi abi, PreparedCall send, PreparedCall receive) {
        this.queue = queue;
        this.abi = abi;
        this.typeOffset = PAYLOAD - abi.wordBytes();
        this.header = memory.bytes();
        this.bytes = memory.bytes().slice(PAYLOAD, capacity).order(ByteOrder.nativeOrder());
        this.bytes.limit(0);
        int length = abi.wordBytes() + capacity;
        this.send = send.argument(ARGUMENT_ID, queue.id()).argument(ARGUMENT_MESSAGE, memory, typeOffset, length);
        this.receive = receive.argument(ARGUMENT_ID, queue.id())
                .argument(ARGUMENT_MESSAGE, memory, typeOffset, length)
                .argument(ARGUMENT_LENGTH, capacity);
        type(1);
    }

    /** Refuses a buffer that is not this queue's. */
    static SysvBuffer of(MessageBuffer buffer, SysvQueue queue) {
        if (buffer instanceof SysvBuffer ours && ours.queue == queue) {
            return ours;
        }
        throw new IllegalArgumentException("a buffer of another queue: allocate() of " + queue.name() + " makes one");
    }

    Waits.Wait waiting() {
        return wait;
    }

    /** Zero, or a negative error number. */
    long send(int flags) throws ClosedFdException {
        return send.argument(ARGUMENT_LENGTH, bytes.limit())
                .argument(ARGUMENT_SEND_FLAGS, flags)
                .call();
    }

    /** The length, or a negative error number. */
    long receive(Selection which, int flags) throws ClosedFdException {
        boolean except = which.rule() == Selection.Rule.EXCEPT;
        long length = receive.argument(
                        ARGUMENT_TYPE, which.rule() == Selection.Rule.UP_TO ? -which.type() : which.type())
                .argument(ARGUMENT_RECEIVE_FLAGS, except ? flags | Abi.MSG_EXCEPT : flags)
                .call();
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
        throw withoutPriority();
    }

    @Override
    public MessageBuffer priority(int priority) {
        throw withoutPriority();
    }

    private static UnsupportedOperationException withoutPriority() {
        return new UnsupportedOperationException("messages of System V queues have types, not priorities");
    }

    @Override
    public long type() {
        return abi.wordBytes() == Long.BYTES ? header.getLong(typeOffset) : header.getInt(typeOffset);
    }

    @Override
    public MessageBuffer type(long type) {
        if (type < 1 || type > abi.maxType()) {
            throw new IllegalArgumentException("a type of " + type + ", there are 1 to " + abi.maxType());
        }
        if (abi.wordBytes() == Long.BYTES) {
            header.putLong(typeOffset, type);
        } else {
            header.putInt(typeOffset, (int) type);
        }
        return this;
    }
}
