// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.shm.Board;
import io.callgate.shm.RingGoneException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * A board in memory: four buffers that are written in turns, each under a sequence that is odd while it is written
 * (a seqlock). A reader copies the buffer that was finished last, and copies again if it was written meanwhile; that
 * takes a writer who writes three more values in the time of one copy. A writer that is killed leaves the value before.
 */
final class BoardMemory {

    /** A value that changes so often under a reader is not one that is written, but a damaged file. */
    private static final int TRIES = 1_000_000;

    private final ByteBuffer memory;
    private final int headerBytes;
    private final int maxBytes;
    private final int mark;
    private final RingMemory.Fate fate;

    BoardMemory(ByteBuffer memory, int headerBytes, int maxBytes, RingMemory.Fate fate) {
        this.memory = memory;
        this.headerBytes = headerBytes;
        this.maxBytes = maxBytes;
        this.mark = memory.capacity() - Long.BYTES;
        this.fate = fate;
    }

    int maxBytes() {
        return maxBytes;
    }

    /** Throws unless the file is whole; see {@link RingMemory}. */
    void check() throws RingGoneException {
        if (Words.longAcquire(memory, mark) != Layout.END_MARK) {
            throw fate.exception("is not whole any more");
        }
    }

    RingGoneException faulted() {
        return fate.exception("cannot be read any more");
    }

    long writer() {
        return Words.longVolatile(memory, Layout.WRITER_AT);
    }

    boolean writer(long from, long to) {
        return Words.exchange(memory, Layout.WRITER_AT, from, to);
    }

    long newest() {
        return Words.longAcquire(memory, Layout.NEWEST_AT);
    }

    private int buffer(long number) {
        return headerBytes + (int) (number & Layout.BUFFERS - 1) * Layout.bufferBytes(maxBytes);
    }

    /** For the one writer. */
    long write(ByteBuffer value, long timeNanos) throws RingGoneException {
        int length = value.remaining();
        if (length > maxBytes) {
            throw new IllegalArgumentException("a value of " + length + " bytes, the board takes at most " + maxBytes);
        }
        check();
        long number = newest() + 1;
        int at = buffer(number);
        long sequence = Words.longPlain(memory, at + Layout.SEQUENCE) | 1; // odd already if a writer was killed here
        Words.longPlain(memory, at + Layout.SEQUENCE, sequence);
        VarHandle.storeStoreFence(); // nothing of the value before the mark
        memory.putLong(at + Layout.NUMBER, number);
        memory.putLong(at + Layout.TIME, timeNanos);
        memory.putInt(at + Layout.LENGTH, length);
        memory.put(at + Layout.BUFFER_HEADER, value, value.position(), length);
        Words.longRelease(memory, at + Layout.SEQUENCE, sequence + 1);
        Words.longRelease(memory, Layout.NEWEST_AT, number);
        check();
        return number;
    }

    long read(ByteBuffer into) throws RingGoneException {
        check();
        for (int i = 0; i < TRIES; i++) {
            long number = newest();
            if (number == Board.NOTHING) {
                check();
                return Board.NOTHING;
            }
            int at = buffer(number);
            long sequence = Words.longAcquire(memory, at + Layout.SEQUENCE);
            int length = memory.getInt(at + Layout.LENGTH);
            boolean whole = isWhole(sequence, number, at, length);
            boolean fits = whole && length <= into.capacity();
            if (fits) {
                into.clear().put(0, memory, at + Layout.BUFFER_HEADER, length);
            }
            VarHandle.acquireFence(); // nothing of the value after the second look
            if (whole && Words.longPlain(memory, at + Layout.SEQUENCE) == sequence) {
                check();
                if (!fits) {
                    throw new IllegalArgumentException("a value of " + length + " bytes, and room for "
                            + into.capacity() + ": the board has values of up to " + maxBytes);
                }
                into.limit(length);
                return number;
            }
            Thread.onSpinWait();
        }
        check();
        throw fate.exception("was overwritten: no value in it is whole");
    }

    private boolean isWhole(long sequence, long number, int at, int length) {
        return (sequence & 1) == 0 && memory.getLong(at + Layout.NUMBER) == number && length >= 0 && length <= maxBytes;
    }

    /** Of the newest value, as far as they can be had while it may be written. */
    long time() {
        return memory.getLong(buffer(newest()) + Layout.TIME);
    }

    int length() {
        return memory.getInt(buffer(newest()) + Layout.LENGTH);
    }
}
