// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;

/**
 * Finds records in the bytes that were read. It makes no garbage, and trusts nobody: a record that is longer than may be
 * is dropped and counted, and what follows it is found again. Not thread safe.
 *
 * <p>Its room is a buffer of which the part from {@link #end} on, {@link #room} bytes, is to be filled.
 */
final class Deframer {

    private static final int LEAST_CHUNK = 1 << 16;
    private static final String REST = "rest";
    private static final String SKIP = "skip";
    private static final String SKIP_LINE = "skipLine";

    private final Framing framing;
    private final ByteBuffer chunk;
    private int start;
    private int end;
    private int scanned; // no newline before it
    private long skip; // bytes of a record that is too long, yet to come
    private boolean skipLine; // the same, up to a newline
    private int record; // where the record is that was found
    private int length; // of it
    private long torn;
    private long oversized;

    /** @param chunk as long as {@link #chunkBytes} says */
    Deframer(Framing framing, ByteBuffer chunk) {
        this.framing = framing;
        this.chunk = chunk;
    }

    /** How much room a framing needs: two records at least, and much at once if it is there. */
    static int chunkBytes(Framing framing) {
        return Math.max(LEAST_CHUNK, 2 * framing.frameBytes());
    }

    /** Finds the next record; false if more must be read first. */
    boolean next(int most) {
        while (start < end) {
            skip();
            boolean found =
                    switch (framing.kind()) {
                        case LINE -> line();
                        case LENGTH -> prefixed();
                        case FIXED -> take(start, framing.recordBytes(), framing.recordBytes());
                        case RAW -> start < end && take(start, Math.min(most, end - start), 0);
                    };
            if (found) {
                return true;
            }
            if (!isSkipping()) {
                break;
            }
        }
        compact();
        return false;
    }

    private boolean isSkipping() {
        return (skip > 0 || skipLine) && start < end;
    }

    private void skip() {
        int dropped = (int) Math.min(skip, end - start);
        skip -= dropped;
        start += dropped;
        if (skipLine) {
            int newline = Framing.indexOfNewline(chunk, start, end);
            start = newline < 0 ? end : newline + 1;
            skipLine = newline < 0;
        }
        scanned = Math.max(scanned, start);
    }

    private boolean line() {
        int newline = Framing.indexOfNewline(chunk, Math.max(scanned, start), end);
        int found = (newline < 0 ? end : newline) - start;
        if (found > framing.recordBytes()) {
            oversized++;
            skipLine = true;
            return false;
        }
        scanned = end;
        if (newline < 0) {
            return false;
        }
        scanned = newline + 1;
        return take(start, found, found + 1);
    }

    private boolean prefixed() {
        int prefix = framing.prefixBytes();
        if (end - start < prefix) {
            return false;
        }
        long announced = framing.length(chunk, start);
        if (announced > framing.recordBytes()) {
            oversized++;
            start += prefix;
            skip = announced;
            return false;
        }
        return take(start + prefix, (int) announced, prefix + (int) announced);
    }

    private boolean take(int from, int bytes, int frame) {
        int whole = Math.max(frame, bytes);
        if (end - start < whole) {
            return false;
        }
        record = from;
        length = bytes;
        start += whole;
        return true;
    }

    private void compact() {
        if (start > 0) {
            chunk.put(0, chunk, start, end - start);
            end -= start;
            scanned = Math.max(0, scanned - start);
            start = 0;
        }
    }

    /** Copies the record that was found; it is then from position 0 to the limit. */
    void copy(ByteBuffer into) {
        into.clear();
        into.put(0, chunk, record, length);
        into.limit(length);
    }

    /** Nothing of what was read is left. */
    boolean isEmpty() {
        return start == end;
    }

    /** Where to read to. */
    int end() {
        return end;
    }

    /** How much may be read there; always some after {@link #next} found nothing. */
    int room() {
        return chunk.capacity() - end;
    }

    /** So many bytes were read. */
    void filled(int bytes) {
        end += bytes;
    }

    /** Nobody writes any more: the part of a record that is here never gets whole. */
    void endOfFile() {
        if (start < end || skip > 0 || skipLine) {
            torn++;
        }
        start = 0;
        end = 0;
        scanned = 0;
        skip = 0;
        skipLine = false;
    }

    /** What was read and is not consumed yet, in words, for a successor with the same framing. */
    Map<String, String> state() {
        byte[] rest = new byte[end - start];
        chunk.get(start, rest);
        return Map.of(
                REST, Base64.getEncoder().encodeToString(rest),
                SKIP, Long.toString(skip),
                SKIP_LINE, Boolean.toString(skipLine));
    }

    /** Goes on where a predecessor has ended. */
    void restore(Map<String, String> state) {
        byte[] rest = Base64.getDecoder().decode(state.getOrDefault(REST, ""));
        chunk.put(0, rest);
        end = rest.length;
        skip = Long.parseLong(state.getOrDefault(SKIP, "0"));
        skipLine = Boolean.parseBoolean(state.get(SKIP_LINE));
    }

    long torn() {
        return torn;
    }

    long oversized() {
        return oversized;
    }
}
