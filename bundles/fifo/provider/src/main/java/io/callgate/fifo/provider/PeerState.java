// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.Peer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Whether there is a peer, as far as was seen. Thread safe. */
final class PeerState {

    private final Consumer<Peer> news;
    private final boolean known;
    private volatile Peer now;

    /**
     * @param known false if there is no telling
     * @param news is told of every change, in order; never blocks
     */
    PeerState(boolean known, Consumer<Peer> news) {
        this.known = known;
        this.news = news;
        this.now = known ? Peer.ABSENT : Peer.UNKNOWN;
    }

    Peer now() {
        return now;
    }

    void set(Peer next) {
        if (known && now != next) { // seen without a lock: this is called for every record
            change(next);
        }
    }

    private synchronized void change(Peer next) {
        if (now != next) {
            now = next;
            notifyAll();
            news.accept(next);
        }
    }

    /** What a predecessor saw is no news. */
    synchronized void restore(Peer before) {
        if (known) {
            now = before;
        }
    }

    /** Waits until somebody comes, or for so long. */
    synchronized void awaitPeer(long nanos) throws InterruptedException {
        if (now == Peer.ABSENT) {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
    }

    /** Wakes who waits, so that they see an end. */
    synchronized void wake() {
        notifyAll();
    }
}
