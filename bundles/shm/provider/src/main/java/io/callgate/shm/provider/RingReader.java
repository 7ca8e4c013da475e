// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingHandler;
import io.callgate.shm.RingKind;
import io.callgate.shm.RingMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads records out of a ring as Agrona's consumers do. For one thread, except {@link #halt}. */
final class RingReader {

    private static final int FEW_BYTES = 256;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

    private final RingMemory ring;
    private final Message message;
    private volatile boolean halted;

    RingReader(RingMemory ring) {
        this.ring = ring;
        this.message = new Message(ring.memory.asReadOnlyBuffer().order(ByteOrder.nativeOrder()));
    }

    /** Finishes what a consumer that was killed was about to finish: what it had read must be zero before it is free. */
    void takeOver() {
        long to = ring.zeroingTo();
        long head = ring.head();
        if (ring.kind == RingKind.MANY_TO_ONE
                && to > head
                && to - head <= ring.data + ring.capacity - ring.index(head)) {
            zero(ring.index(head), (int) (to - head));
            ring.head(to);
        }
    }

    /** From now on a poll ends after the message that it is at. */
    void halt() {
        halted = true;
    }

    int poll(RingHandler handler, int limit) throws RingGoneException {
        ring.check();
        int messages = 0;
        long from;
        long to;
        do { // a second time if there was padding alone, at the end of the messages
            from = ring.ownHead();
            to = from;
            int end = ring.capacity - (ring.index(from) - ring.data);
            try {
                while (messages < limit && to - from < end && !halted) {
                    int at = ring.index(to);
                    int length = Words.intAcquire(ring.memory, at);
                    if (length <= 0) {
                        break;
                    }
                    if (length < Layout.RECORD_HEADER || length > end - (to - from)) {
                        throw ring.overwritten(to, length);
                    }
                    to += Layout.align(length);
                    int type = ring.memory.getInt(at + Layout.RECORD_TYPE);
                    if (type != Layout.PADDING) {
                        messages++;
                        handler.message(message.at(type, at + Layout.RECORD_HEADER, length - Layout.RECORD_HEADER));
                    }
                }
            } finally {
                if (to > from) {
                    release(from, to);
                }
            }
        } while (messages == 0 && to > from && !halted);
        if (messages == 0) {
            ring.check(); // what faulted gave no length above 0, most likely
        }
        return messages;
    }

    private void release(long from, long to) {
        if (ring.kind == RingKind.MANY_TO_ONE) {
            ring.zeroingTo(to);
            zero(ring.index(from), (int) (to - from));
        }
        ring.head(to);
    }

    private void zero(int at, int length) {
        if (length <= FEW_BYTES) {
            for (int i = 0; i < length; i += Long.BYTES) {
                ring.memory.putLong(at + i, 0);
            }
            return;
        }
        for (int done = 0; done < length; done += ZEROS.capacity()) {
            ring.memory.put(at + done, ZEROS, 0, Math.min(ZEROS.capacity(), length - done));
        }
    }

    /** Whether there is something to read, or the memory has gone, which reading will tell. */
    boolean hasMore() {
        return ring.length(ring.ownHead()) > 0 || !ring.isWhole();
    }

    /** The one message, which moves along the ring. */
    static final class Message implements RingMessage {

        private final ByteBuffer bytes;
        private int type;
        private int length;

        Message(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        Message at(int newType, int position, int newLength) {
            type = newType;
            length = newLength;
            bytes.limit(position + newLength).position(position);
            return this;
        }

        @Override
        public int type() {
            return type;
        }

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public int length() {
            return length;
        }
    }
}
