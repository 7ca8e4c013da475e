// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Counts the edges of a request by the kernel's sequence numbers, which have 32 bits there and 64 here.
 *
 * <p>Every number up to the highest was received, or is missing. With several lines a number is given in the interrupt,
 * and the edge queued by a thread later, so that one edge may overtake another or take its number: then the other is told
 * as lost when it is missed first, and when it comes after all, that is set off against the next loss. So the sum is right.
 *
 * <p>Not thread safe.
 */
final class Sequences {

    private final long[] lines;
    private long highest;
    private long received;
    private long told;

    /** Of a new request. */
    Sequences(int lines) {
        this.lines = new long[lines];
    }

    private Sequences(long[] lines) {
        this.lines = lines;
    }

    /** As {@link #text} wrote it. */
    static Sequences parse(String text) {
        long[] all = Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
        Sequences sequences = new Sequences(Arrays.copyOfRange(all, 3, all.length));
        sequences.highest = all[0];
        sequences.received = all[1];
        sequences.told = all[2];
        return sequences;
    }

    /** In words, for a successor. */
    String text() {
        return highest + "," + received + "," + told + ","
                + Arrays.stream(lines).mapToObj(Long::toString).collect(Collectors.joining(","));
    }

    /** An edge has come: its number in the request. {@link #lost} says how many were lost before it. */
    long next(int seqno) {
        long number = widened(highest, seqno);
        highest = Math.max(highest, number);
        received++;
        return number;
    }

    /** How many are missing that were not told yet. */
    long lost() {
        long untold = Math.max(0, highest - received - told);
        told += untold;
        return untold;
    }

    /** Its number in its line. */
    long nextOfLine(int line, int seqno) {
        lines[line] = widened(lines[line], seqno);
        return lines[line];
    }

    private static long widened(long last, int seqno) {
        return last + (seqno - (int) last);
    }
}
