// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingKind;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes records into a ring as Agrona's producers do, and into its slot beforehand what it is about to claim. For one
 * thread.
 */
final class RingWriter {

    /** Wakes the consumer. */
    interface Bell {
        void ring();
    }

    private final RingMemory ring;
    private final int slot;
    private final Bell bell;
    private final ByteBuffer bytes;
    private int record = -1; // where the open claim's record begins; -1 if there is none
    private int recordBytes;
    private long intended; // position of the last claim
    private long seenHead; // of a one-to-one ring: where the head was when we last looked

    RingWriter(RingMemory ring, int slot, Bell bell) {
        this.ring = ring;
        this.slot = slot;
        this.bell = bell;
        this.seenHead = ring.headCache();
        this.bytes = ring.memory.duplicate().order(ByteOrder.nativeOrder());
    }

    int slot() {
        return slot;
    }

    ByteBuffer bytes() {
        if (record < 0) {
            throw new IllegalStateException("nothing is claimed");
        }
        return bytes;
    }

    boolean claim(int type, int length) throws RingGoneException {
        if (record >= 0) {
            throw new IllegalStateException("a claim is open: commit or abort it first");
        }
        if (type < 1) {
            throw new IllegalArgumentException("a message of type " + type + ": types begin with 1");
        }
        if (length < 0 || length > ring.maxMessageBytes()) {
            throw new IllegalArgumentException("a message of " + length + " bytes, the ring takes at most "
                    + ring.maxMessageBytes() + " (an eighth of its capacity)");
        }
        int at = ring.kind == RingKind.MANY_TO_ONE
                ? amongMany(Layout.align(length + Layout.RECORD_HEADER))
                : alone(Layout.align(length + Layout.RECORD_HEADER));
        if (at < 0) {
            ring.check();
            return false;
        }
        recordBytes = length + Layout.RECORD_HEADER;
        Words.intRelease(ring.memory, at, -recordBytes);
        VarHandle.releaseFence();
        ring.memory.putInt(at + Layout.RECORD_TYPE, type);
        bytes.limit(at + recordBytes).position(at + Layout.RECORD_HEADER);
        record = at;
        return true;
    }

    /** Moves the tail by compare-and-set; where the record begins, -1 if there is no room. */
    private int amongMany(int required) throws RingGoneException {
        long head = ring.headCache();
        int padding;
        int claimed;
        long tail;
        do {
            ring.settle(slot); // somebody may have been faster
            tail = ring.tail();
            if (required > ring.capacity - (tail - head)) {
                head = ring.head();
                if (required > ring.capacity - (tail - head)) {
                    return -1;
                }
                ring.headCache(head);
            }
            padding = 0;
            claimed = required;
            int toEnd = ring.data + ring.capacity - ring.index(tail);
            if (required > toEnd) {
                padding = toEnd;
                if (required > ring.index(head) - ring.data) {
                    head = ring.head();
                    ring.headCache(head);
                    if (required > ring.index(head) - ring.data) {
                        claimed = 0; // only up to the end
                    }
                }
            }
            ring.intend(slot, tail, padding, claimed);
            ring.check(); // as close to the exchange as can be, see Words.compile
        } while (!ring.moveTail(tail, tail + padding + claimed));
        ring.claimed(slot, padding, claimed);
        return placed(tail, padding, claimed);
    }

    /** Moves the tail; where the record begins, -1 if there is no room. Zeroes the header behind it beforehand. */
    private int alone(int required) {
        int room = required + Layout.RECORD_HEADER;
        long tail = ring.ownTail();
        if (room > ring.capacity - (tail - seenHead)) {
            seenHead = ring.head();
            if (room > ring.capacity - (tail - seenHead)) {
                return -1;
            }
            ring.headCache(seenHead);
        }
        int padding = 0;
        int claimed = required;
        int toEnd = ring.data + ring.capacity - ring.index(tail);
        if (room > toEnd && required != toEnd) {
            padding = toEnd;
            if (room > ring.index(seenHead) - ring.data) {
                seenHead = ring.head();
                ring.headCache(seenHead);
                if (room > ring.index(seenHead) - ring.data) {
                    claimed = 0;
                }
            }
            ring.memory.putLong(ring.data, 0);
        }
        ring.memory.putLong(ring.index(tail + padding + claimed), 0);
        ring.intend(slot, tail, padding, claimed);
        ring.tail(tail + padding + claimed);
        ring.claimed(slot, padding, claimed);
        return placed(tail, padding, claimed);
    }

    private int placed(long tail, int padding, int claimed) {
        intended = tail;
        if (padding > 0) {
            int at = ring.index(tail);
            Words.intRelease(ring.memory, at, -padding);
            VarHandle.releaseFence();
            ring.pad(tail, padding);
        }
        if (claimed == 0) {
            ring.settle(slot, tail);
            return -1;
        }
        return ring.index(tail + padding);
    }

    /** @return false if the memory went meanwhile, so that it is not known whether it came there */
    boolean commit() {
        int at = opened();
        Words.intRelease(ring.memory, at, recordBytes);
        return settled();
    }

    boolean abort() {
        int at = opened();
        ring.memory.putInt(at + Layout.RECORD_TYPE, Layout.PADDING);
        Words.intRelease(ring.memory, at, recordBytes);
        return settled();
    }

    private int opened() {
        int at = record;
        if (at < 0) {
            throw new IllegalStateException("nothing is claimed");
        }
        return at;
    }

    private boolean settled() {
        ring.settle(slot, intended);
        record = -1;
        if (ring.isConsumerAsleep()) {
            bell.ring();
        }
        return ring.isWhole();
    }

    /** The memory has gone, and the open claim with it. */
    void forget() {
        record = -1;
    }

    boolean isOpen() {
        return record >= 0;
    }

    /** Position of the last claim. */
    long intended() {
        return intended;
    }
}
