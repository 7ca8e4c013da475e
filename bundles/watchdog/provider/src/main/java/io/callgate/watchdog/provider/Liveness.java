// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Says whether the watchdogs may be fed: while every deadline holds, and for a limited time after one did not, in which
 * the {@link Ladder} tries to mend it. The limit is kept here, by arithmetic on the feeding thread, whatever becomes of
 * the ladder.
 *
 * <p>Deadlines are counted in the time that this process has run: if the whole JVM stood still (a stop signal, a
 * collection, a suspended machine), a turn is late, and no application could have checked in either. The limit is
 * counted in real time.
 */
final class Liveness {

    private static final long NEVER = Long.MIN_VALUE;
    private static final long MOST_PER_TURN = 2 * Feeder.TURN.toNanos();

    private volatile Client[] clients = {};
    private volatile long limit;
    private volatile boolean climbing;
    private volatile boolean exhausted;
    private volatile long missedSince = NEVER;
    private long ran; // feeding thread
    private long last = NEVER; // feeding thread
    private long granted; // feeding thread: the limit when the deadline was missed

    /** On the feeding thread: may the watchdogs be fed? */
    boolean turn(long now) {
        if (last != NEVER) {
            ran += Math.min(now - last, MOST_PER_TURN);
        }
        last = now;
        boolean all = true;
        Client[] every = clients;
        for (int i = 0; i < every.length; i++) {
            all &= every[i].turn(ran);
        }
        if (all && !climbing) {
            missedSince = NEVER;
            return true;
        }
        if (missedSince == NEVER) {
            missedSince = now;
            granted = limit;
        }
        return !exhausted && now - missedSince < granted;
    }

    /** How long the watchdogs are fed after a miss, from the next one on. */
    void limit(long nanos) {
        limit = nanos;
    }

    /** A climb has begun: it is the ladder that says when all is well again. */
    void climb() {
        climbing = true;
    }

    /** On the feeding thread, after a turn: no watchdog is armed, and who is late by then has all the time that there is. */
    void idle() {
        missedSince = NEVER;
    }

    /** The last rung: not fed any more, whatever time is left. */
    void exhaust() {
        exhausted = true;
    }

    /** All is well again. */
    void over() {
        exhausted = false;
        climbing = false;
    }

    synchronized void add(Client client) {
        Client[] more = Arrays.copyOf(clients, clients.length + 1);
        more[clients.length] = client;
        clients = more;
    }

    synchronized void remove(Client client) {
        clients = Arrays.stream(clients).filter(each -> each != client).toArray(Client[]::new);
    }

    List<Client> clients() {
        return List.of(clients);
    }

    /** The first whose deadline has passed. */
    Optional<Client> late() {
        return Arrays.stream(clients).filter(Client::isLate).findFirst();
    }

    /** True if somebody of that name is looked after now, and has checked in since he came. */
    boolean hears(String name) {
        return Arrays.stream(clients).anyMatch(each -> each.id().name().equals(name) && each.isHeard());
    }
}
