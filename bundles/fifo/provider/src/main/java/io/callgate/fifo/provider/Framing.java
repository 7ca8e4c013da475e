// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How records lie in the stream of bytes that a pipe is.
 *
 * @param kind what tells one record from the next
 * @param recordBytes length of the longest record, or of every one if it is fixed, without its framing
 * @param prefixBytes of a length before each record: 1, 2 or 4; 0 for other kinds
 * @param order of the bytes of that length
 */
record Framing(Kind kind, int recordBytes, int prefixBytes, ByteOrder order) {

    /** What tells one record from the next. */
    enum Kind {
        /** A newline after it. */
        LINE,
        /** Its length before it. */
        LENGTH,
        /** All have the same length. */
        FIXED,
        /** Nothing: what is there, is given. */
        RAW
    }

    /** Bytes that a record has more in the pipe. */
    int overhead() {
        return kind == Kind.LINE ? 1 : prefixBytes;
    }

    /** Bytes of the longest record with its framing. */
    int frameBytes() {
        return recordBytes + overhead();
    }

    /** Refuses what could not be told from the next record. */
    void check(ByteBuffer record) {
        int length = record.remaining();
        if (length > recordBytes) {
            throw new IllegalArgumentException(
                    "a record of " + length + " bytes, and recordBytes is " + recordBytes + ": raise that");
        }
        if (kind == Kind.FIXED && length != recordBytes) {
            throw new IllegalArgumentException("a record of " + length + " bytes, and all have " + recordBytes);
        }
        if (kind == Kind.LINE && indexOfNewline(record, record.position(), record.limit()) >= 0) {
            throw new IllegalArgumentException(
                    "a record with a newline in it, and a newline ends it: write lines, or set \"framing\" to length");
        }
    }

    /** Puts a record with its framing to the beginning of a buffer; returns how many bytes that are. */
    int encode(ByteBuffer record, ByteBuffer out) {
        int length = record.remaining();
        putLength(out, length);
        out.put(prefixBytes, record, record.position(), length);
        if (kind == Kind.LINE) {
            out.put(length, (byte) '\n');
        }
        return length + overhead();
    }

    private void putLength(ByteBuffer out, int length) {
        for (int i = 0; i < prefixBytes; i++) {
            out.put(i, (byte) (length >>> shift(i)));
        }
    }

    /** The length that stands before a record. */
    long length(ByteBuffer in, int at) {
        long length = 0;
        for (int i = 0; i < prefixBytes; i++) {
            length |= (in.get(at + i) & 0xffL) << shift(i);
        }
        return length;
    }

    private int shift(int index) {
        int significance = order == ByteOrder.LITTLE_ENDIAN ? index : prefixBytes - 1 - index;
        return significance * Byte.SIZE;
    }

    /** Where the next newline is, or -1. */
    static int indexOfNewline(ByteBuffer in, int from, int to) {
        for (int i = from; i < to; i++) {
            if (in.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }
}
