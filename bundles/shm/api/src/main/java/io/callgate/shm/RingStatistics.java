// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

import java.util.List;
import java.util.Optional;

/**
 * A ring as it was in one moment.
 *
 * @param usedBytes of its capacity
 * @param producerPosition bytes that were ever claimed
 * @param consumerPosition bytes that were ever let go of
 * @param consumer who reads it; empty if nobody does, or one that does not know our header page
 * @param producers who write, without those that do not know our header page
 * @param released claims of dead producers that this gateway has released since the ring was opened
 */
public record RingStatistics(
        long usedBytes,
        long producerPosition,
        long consumerPosition,
        Optional<Peer> consumer,
        List<Peer> producers,
        long released) {

    /** Takes a copy of the list. */
    public RingStatistics {
        producers = List.copyOf(producers);
    }

    /**
     * Somebody at one end.
     *
     * @param pid its process; 0 for a producer that has ended and left a claim open
     * @param alive whether that process is still there
     * @param claiming whether a claim of it is open
     */
    public record Peer(long pid, boolean alive, boolean claiming) {}
}
