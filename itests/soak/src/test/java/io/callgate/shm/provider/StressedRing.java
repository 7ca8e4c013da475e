// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A ring so small that five messages fill it, in memory of its own; in the provider's package, as nobody else reaches its
 * inside. A message of type N has N in each byte. Anything else is torn, and shows as {@value #TORN}.
 */
class StressedRing {

    static final int TORN = -1;
    private static final int CAPACITY = 128;
    private static final int BYTES = CAPACITY / 8;

    private final RingReader reader;
    private final RingWriter[] writers = new RingWriter[2];

    StressedRing(RingKind kind) {
        ByteBuffer memory = ByteBuffer.allocateDirect((int) Layout.ringBytes(Layout.PAGE, CAPACITY))
                .order(ByteOrder.nativeOrder());
        SharedFiles.format(memory, new SharedFile.Header(Layout.kind(kind), Layout.PAGE, CAPACITY));
        RingMemory ring = new RingMemory(memory, kind, Layout.PAGE, CAPACITY, RingGoneException::new);
        reader = new RingReader(ring);
        for (int slot = 0; slot < writers.length; slot++) {
            writers[slot] = new RingWriter(ring, slot, () -> {});
        }
    }

    /** @return the message's type, 0 if there was no room */
    final int write(int writer, int type) {
        try {
            if (!writers[writer].claim(type, BYTES)) {
                return 0;
            }
            ByteBuffer bytes = writers[writer].bytes();
            long value = value(type);
            bytes.putLong(bytes.position(), value).putLong(bytes.position() + Long.BYTES, value);
            writers[writer].commit();
            return type;
        } catch (RingGoneException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The types of the messages that are there, as the digits of a number, the first one in front. */
    final int read() {
        return read(Integer.MAX_VALUE);
    }

    /** As {@link #read()}, of so many messages at most. */
    final int read(int most) {
        int[] digits = {0};
        try {
            reader.poll(
                    message -> {
                        ByteBuffer bytes = message.bytes();
                        long value = value(message.type());
                        boolean whole = message.length() == BYTES
                                && bytes.getLong(bytes.position()) == value
                                && bytes.getLong(bytes.position() + Long.BYTES) == value;
                        digits[0] = whole && digits[0] != TORN ? 10 * digits[0] + message.type() : TORN;
                    },
                    most);
        } catch (RingGoneException e) {
            throw new IllegalStateException(e);
        }
        return digits[0];
    }

    /** What is read until there is nothing more. */
    final int readAll() {
        return readAll(0);
    }

    /** As {@link #readAll()}, after what was read before. */
    final int readAll(int before) {
        int all = before;
        for (int next = read(); next != 0; next = read()) {
            if (next == TORN) {
                return TORN;
            }
            for (int digits = next; digits > 0; digits /= 10) {
                all *= 10;
            }
            all += next;
        }
        return all;
    }

    private static long value(int type) {
        return type * 0x0101_0101_0101_0101L;
    }
}
