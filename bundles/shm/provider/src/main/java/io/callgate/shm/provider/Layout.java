// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.shm.RingKind;

/**
 * Where everything is in a file of ours; {@code include/callgate_shm.h} says the same to a C compiler. All numbers are
 * in the machine's own byte order.
 *
 * <p>A ring is a header page, the region of an Agrona ring buffer (messages, then its trailer), and at the very end of the
 * last page a mark: the first thing to go when somebody truncates the file.
 */
final class Layout {

    /** The first word, written last: "CGSHMEM1" read as a big-endian number, so that byte order shows too. */
    static final long FINGERPRINT = 0x4347_5348_4d45_4d31L;
    /** The last word. */
    static final long END_MARK = 0x4347_5348_4d45_4e44L;

    static final int VERSION = 1;
    static final int PAGE = 4096;

    // The header, the same for all kinds.
    static final int FINGERPRINT_AT = 0;
    static final int VERSION_AT = 8;
    static final int KIND_AT = 12;
    /** Length of the header: where the region begins; a multiple of the page size of the machine that made it. */
    static final int HEADER_BYTES_AT = 16;
    /** Of a ring its capacity, of a board the longest value. */
    static final int CAPACITY_AT = 24;

    static final int FILE_BYTES_AT = 32;

    // Of a ring; what different processes write is on cache lines of its own.
    static final int CONSUMER_AT = 128;
    /** Up to where a many-to-one consumer is just now zeroing, so that its successor can finish that. */
    static final int ZEROING_TO_AT = 136;
    /** The futex: 1 while the consumer sleeps. */
    static final int SLEEPING_AT = 256;

    static final int SLOTS_AT = 2048;
    static final int SLOT_BYTES = 64;
    static final int SLOTS = 32;
    // In a slot.
    static final int IDENTITY = 0;
    static final int POSITION = 8;
    static final int EXTENT = 16;

    // Agrona's trailer, from the end of the messages on.
    static final int TAIL = 128;
    static final int HEAD_CACHE = 256;
    static final int HEAD = 384;
    static final int TRAILER_BYTES = 768;

    // Agrona's records.
    static final int RECORD_HEADER = 8;
    static final int RECORD_TYPE = 4;
    static final int PADDING = -1;

    static final int MIN_CAPACITY = 4096;
    static final int MAX_CAPACITY = 1 << 30;

    // Of a board.
    static final int KIND_BOARD = 3;
    static final int WRITER_AT = 128;
    static final int NEWEST_AT = 256;
    static final int BUFFERS = 4;
    static final int BUFFER_HEADER = 64;
    // In a buffer's header.
    static final int SEQUENCE = 0;
    static final int NUMBER = 8;
    static final int TIME = 16;
    static final int LENGTH = 24;

    private Layout() {}

    static int kind(RingKind kind) {
        return kind.ordinal() + 1;
    }

    static int align(int length) {
        return length + 7 & ~7;
    }

    static long pages(long bytes, int pageSize) {
        return (bytes + pageSize - 1) / pageSize * pageSize;
    }

    /** Length of a ring's file. */
    static long ringBytes(int headerBytes, int capacity) {
        return pages(headerBytes + (long) capacity + TRAILER_BYTES + Long.BYTES, headerBytes);
    }

    /** Distance of two buffers of a board. */
    static int bufferBytes(int maxBytes) {
        return Math.addExact(BUFFER_HEADER, maxBytes + 63 & ~63);
    }

    /** Length of a board's file. */
    static long boardBytes(int headerBytes, int maxBytes) {
        return pages(headerBytes + (long) BUFFERS * bufferBytes(maxBytes) + Long.BYTES, headerBytes);
    }
}
