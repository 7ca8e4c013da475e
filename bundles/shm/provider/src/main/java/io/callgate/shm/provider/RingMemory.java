// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingKind;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A ring in memory: the words of its header, of Agrona's region and of its trailer by their names.
 *
 * <p>Nothing that is read here can be trusted: another process may write anything anywhere, or truncate the file. The
 * first shows when lengths and positions are checked. The second makes a load give anything and lets the Java runtime
 * throw an InternalError, but not always at once; so the last word of the file, which no truncation spares, is looked at
 * before and after whatever matters. A mapping that was closed reads zeros, and so shows by the same word.
 */
final class RingMemory {

    /** Says what has become of the memory. */
    @FunctionalInterface
    interface Fate {
        RingGoneException exception(String otherwise);
    }

    final ByteBuffer memory;
    final RingKind kind;
    final int data; // where messages begin
    final int capacity;
    private final int trailer;
    private final int mark;
    private final Fate fate;
    private volatile String damage; // null if nothing is known

    /** @param memory the whole file */
    RingMemory(ByteBuffer memory, RingKind kind, int headerBytes, int capacity, Fate fate) {
        this.memory = memory;
        this.kind = kind;
        this.data = headerBytes;
        this.capacity = capacity;
        this.trailer = headerBytes + capacity;
        this.mark = memory.capacity() - Long.BYTES;
        this.fate = fate;
    }

    int maxMessageBytes() {
        return capacity >> 3;
    }

    /** Throws unless the file is whole. */
    void check() throws RingGoneException {
        if (Words.longAcquire(memory, mark) != Layout.END_MARK) {
            throw fate.exception("is not whole any more");
        }
    }

    boolean isWhole() {
        return Words.longAcquire(memory, mark) == Layout.END_MARK;
    }

    /** For what the Java runtime throws when memory cannot be reached. */
    RingGoneException faulted() {
        return fate.exception("cannot be read any more");
    }

    RingGoneException overwritten(long position, int length) {
        RingGoneException gone =
                fate.exception("was overwritten: there is a record of " + length + " bytes at position " + position);
        damage = gone.getMessage();
        return gone;
    }

    /** What nobody can read on from; empty if nothing is known. */
    Optional<String> damage() {
        return Optional.ofNullable(damage);
    }

    int index(long position) {
        return data + ((int) position & capacity - 1);
    }

    /** The length of a record, positive when it is committed. */
    int length(long position) {
        return Words.intAcquire(memory, index(position));
    }

    long tail() {
        return Words.longVolatile(memory, trailer + Layout.TAIL);
    }

    /** For the only producer, who alone writes it. */
    long ownTail() {
        return Words.longPlain(memory, trailer + Layout.TAIL);
    }

    void tail(long value) {
        Words.longRelease(memory, trailer + Layout.TAIL, value);
    }

    boolean moveTail(long from, long to) {
        return Words.exchange(memory, trailer + Layout.TAIL, from, to);
    }

    long head() {
        return Words.longVolatile(memory, trailer + Layout.HEAD);
    }

    /** For the consumer, who alone writes it. */
    long ownHead() {
        return Words.longPlain(memory, trailer + Layout.HEAD);
    }

    void head(long value) {
        Words.longRelease(memory, trailer + Layout.HEAD, value);
    }

    long headCache() {
        return Words.longAcquire(memory, trailer + Layout.HEAD_CACHE);
    }

    void headCache(long value) {
        Words.longRelease(memory, trailer + Layout.HEAD_CACHE, value);
    }

    long consumer() {
        return Words.longVolatile(memory, Layout.CONSUMER_AT);
    }

    boolean consumer(long from, long to) {
        return Words.exchange(memory, Layout.CONSUMER_AT, from, to);
    }

    long zeroingTo() {
        return Words.longAcquire(memory, Layout.ZEROING_TO_AT);
    }

    void zeroingTo(long position) {
        Words.longRelease(memory, Layout.ZEROING_TO_AT, position);
    }

    boolean isConsumerAsleep() {
        return Words.intAcquire(memory, Layout.SLEEPING_AT) != 0;
    }

    void sleeping(boolean asleep) {
        Words.intVolatile(memory, Layout.SLEEPING_AT, asleep ? 1 : 0);
    }

    /** Turns a range into one that consumers skip; it must not reach over the end of the messages. */
    void pad(long position, int length) {
        int at = index(position);
        memory.putInt(at + Layout.RECORD_TYPE, Layout.PADDING);
        Words.intRelease(memory, at, length);
    }

    // Slots: who has what claimed. Written by their owner, before it moves the tail; read when that one has died.

    private static final long CLAIMED = 1L << 63;
    private static final long OPEN = 1L << 62;
    private static final long SETTLED = 1; // on a position, which is a multiple of 8
    private static final int EXTENT_BITS = 31;
    private static final long EXTENT_MASK = (1L << EXTENT_BITS) - 1;

    private static int slot(int number) {
        return Layout.SLOTS_AT + number * Layout.SLOT_BYTES;
    }

    long owner(int number) {
        return Words.longVolatile(memory, slot(number) + Layout.IDENTITY);
    }

    boolean owner(int number, long from, long to) {
        return Words.exchange(memory, slot(number) + Layout.IDENTITY, from, to);
    }

    long extent(int number) {
        return Words.longAcquire(memory, slot(number) + Layout.EXTENT);
    }

    long position(int number) {
        return Words.longAcquire(memory, slot(number) + Layout.POSITION);
    }

    /** About to claim padding up to the end of the messages, and behind it a record; nothing is claimed now. */
    void intend(int number, long position, int padding, int record) {
        int at = slot(number);
        Words.longRelease(memory, at + Layout.POSITION, position);
        Words.longRelease(memory, at + Layout.EXTENT, OPEN | (long) padding << EXTENT_BITS | record);
    }

    /** The tail was moved over what was intended. */
    void claimed(int number, int padding, int record) {
        Words.longRelease(
                memory, slot(number) + Layout.EXTENT, CLAIMED | OPEN | (long) padding << EXTENT_BITS | record);
    }

    /** The claim at a position was committed or aborted: nothing is claimed any more. */
    void settle(int number, long position) {
        Words.longRelease(memory, slot(number) + Layout.EXTENT, position + SETTLED);
    }

    /** Nothing is claimed, and nothing was. */
    void settle(int number) {
        Words.longRelease(memory, slot(number) + Layout.EXTENT, 0);
    }

    /** Whether a claim was committed or aborted for good. The slot's owner may be anywhere, but reaches it no more. */
    boolean hasLanded(int number, long claimedAt) {
        long extent = extent(number);
        if (!isOpen(extent)) {
            return extent == claimedAt + SETTLED;
        }
        long record = claimedAt + padding(extent);
        // A record that was read is zero, but what comes after the sum was said before.
        return position(number) == claimedAt
                && isClaimed(extent)
                && (length(record) > 0 || zeroingTo() > record || head() > record);
    }

    static boolean isOpen(long extent) {
        return (extent & OPEN) != 0;
    }

    static boolean isClaimed(long extent) {
        return (extent & CLAIMED) != 0;
    }

    static int padding(long extent) {
        return (int) (extent >>> EXTENT_BITS & EXTENT_MASK);
    }

    static int record(long extent) {
        return (int) (extent & EXTENT_MASK);
    }
}
