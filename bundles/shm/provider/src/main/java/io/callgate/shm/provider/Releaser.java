// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets a consumer go on where a producer died with a claim open, by turning the claim into padding. For the consumer's
 * thread alone: nobody else may write into what is before the head.
 *
 * <p>A slot says what its owner is about to claim, so a dead owner may have claimed it, or somebody else the same place
 * an instant before it. Whoever is alive and says so is believed, also if it is stopped. What is left to the dead is
 * theirs, unless producers without slots are about: then only time tells.
 */
final class Releaser {

    private final RingMemory ring;
    private final Processes processes;
    private final boolean strangers;
    private final long strangersNanos;
    private volatile long released; // written by the consumer's thread alone
    private long stuckAt = -1;
    private long stuckSince;

    /**
     * @param strangers whether there may be producers without slots
     * @param strangersNanos after which time their claims are released; 0 for never
     */
    Releaser(RingMemory ring, Processes processes, boolean strangers, long strangersNanos) {
        this.ring = ring;
        this.processes = processes;
        this.strangers = strangers;
        this.strangersNanos = strangersNanos;
    }

    long released() {
        return released;
    }

    /** Looks once. @param now on a clock that only goes forward */
    void look(long now) {
        long head = ring.head();
        long tail = ring.tail();
        if (tail > head && tail - head <= ring.capacity && ring.length(head) <= 0) {
            unstick(head, tail, now);
        } else {
            stuckAt = -1;
        }
        tidy();
    }

    private void unstick(long head, long tail, long now) {
        List<Integer> dead = new ArrayList<>();
        for (int slot = 0; slot < Layout.SLOTS; slot++) {
            long owner = ring.owner(slot);
            if (owner != Processes.NOBODY && covers(slot, head)) {
                if (processes.isAlive(owner)) {
                    stuckAt = -1;
                    return;
                }
                dead.add(slot);
            }
        }
        if (ring.length(head) > 0) {
            return; // whose it was has committed it before we came to its slot
        }
        int slot = choose(dead, tail);
        if (slot >= 0) {
            long extent = ring.extent(slot);
            release(head, ring.position(slot), RingMemory.padding(extent), RingMemory.record(extent));
        } else {
            releaseStrangers(head, tail, now);
        }
    }

    /** Whether a slot's claim has a record that begins at the head. */
    private boolean covers(int slot, long head) {
        long extent = ring.extent(slot);
        long position = ring.position(slot);
        int padding = RingMemory.padding(extent);
        int record = RingMemory.record(extent);
        return RingMemory.isOpen(extent)
                && (head == position || head == position + padding && record > 0)
                && fits(position, padding)
                && fits(position + padding, record);
    }

    /** What a slot says is as trustworthy as its owner. */
    private boolean fits(long position, int length) {
        return length <= ring.data + ring.capacity - ring.index(position);
    }

    /** The slot of whom the claim is; -1 if that cannot be said. */
    private int choose(List<Integer> dead, long tail) {
        for (int slot : dead) {
            if (RingMemory.isClaimed(ring.extent(slot))) {
                return slot;
            }
        }
        if (strangers || dead.isEmpty()) {
            return -1;
        }
        if (dead.size() == 1) {
            return dead.get(0);
        }
        // All have died in the same few instructions. The claim of one ends where another's begins, or at the tail.
        return dead.stream()
                .sorted((a, b) -> Long.compare(end(a), end(b)))
                .filter(slot -> end(slot) == tail || ring.length(end(slot)) != 0 || begins(end(slot)))
                .findFirst()
                .orElse(-1);
    }

    /** Where the record begins, or the padding if there is no record. */
    private long begin(int slot) {
        long extent = ring.extent(slot);
        return ring.position(slot) + (RingMemory.record(extent) > 0 ? RingMemory.padding(extent) : 0);
    }

    private long end(int slot) {
        long extent = ring.extent(slot);
        return ring.position(slot) + RingMemory.padding(extent) + RingMemory.record(extent);
    }

    private boolean begins(long position) {
        for (int slot = 0; slot < Layout.SLOTS; slot++) {
            if (ring.owner(slot) != Processes.NOBODY
                    && RingMemory.isOpen(ring.extent(slot))
                    && ring.position(slot) == position) {
                return true;
            }
        }
        return false;
    }

    private void release(long head, long position, int padding, int record) {
        if (record > 0) {
            ring.pad(position + padding, record);
        }
        if (padding > 0 && head < position + padding) {
            ring.pad(position, padding);
        }
        released++;
        stuckAt = -1;
    }

    /** Nobody is known to have it: somebody without a slot, who may be dead, or slow. */
    private void releaseStrangers(long head, long tail, long now) {
        if (strangersNanos == 0) {
            return;
        }
        if (stuckAt != head) {
            stuckAt = head;
            stuckSince = now;
            return;
        }
        if (now - stuckSince < strangersNanos) {
            return;
        }
        int length = ring.length(head);
        int toEnd = ring.data + ring.capacity - ring.index(head);
        int most = (int) Math.min(tail - head, toEnd);
        int record = length < 0 ? Layout.align(-length) : untilNext(head, most);
        if (length <= 0 && record > 0 && record <= most) {
            release(head, head, 0, record);
        }
    }

    /** How far it is to the next record, all between being zero; up to the tail if there is none. */
    private int untilNext(long head, int most) {
        for (int far = Layout.RECORD_HEADER; far < most; far += Layout.RECORD_HEADER) {
            if (ring.length(head + far) != 0) {
                return far;
            }
        }
        return most;
    }

    /** Frees the slots of the dead, when what they say is over. */
    private void tidy() {
        long head = ring.head();
        long tail = ring.tail();
        for (int slot = 0; slot < Layout.SLOTS; slot++) {
            long owner = ring.owner(slot);
            if (owner != Processes.NOBODY && !processes.isAlive(owner)) {
                boolean isOver =
                        !RingMemory.isOpen(ring.extent(slot)) || tail <= ring.position(slot) || head > begin(slot);
                if (isOver) {
                    ring.settle(slot);
                    ring.owner(slot, owner, Processes.NOBODY);
                }
            }
        }
    }
}
