// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Feeds what is armed, each at its interval, as long as {@link Liveness} says that all is well. That is all that the
 * feeding thread does: no lock that anybody else could hold, no garbage, no logging. What goes wrong is left in the
 * {@link Place} for others to tell.
 */
final class Feeder {

    /** Between two turns of the feeding thread. */
    static final Duration TURN = Duration.ofMillis(250);

    private static final long HALF_A_TURN = TURN.toNanos() / 2;

    /** What can be fed. */
    @FunctionalInterface
    interface Fed {

        /** Once; no garbage unless it fails. */
        void feed() throws IOException;
    }

    /** Where something is fed. */
    static final class Place {

        private final Fed fed;
        private volatile long interval;
        private volatile long failures;
        private volatile Exception failure; // the first since it last went well
        private boolean begun; // this and the next: feeding thread alone
        private long last;

        private Place(Fed fed, Duration interval) {
            this.fed = fed;
            this.interval = interval.toNanos();
        }

        void interval(Duration now) {
            interval = now.toNanos();
        }

        Duration interval() {
            return Duration.ofNanos(interval);
        }

        /** How often in a row it could not be fed. */
        long failures() {
            return failures;
        }

        /** Why, the first time; null if all is well. */
        Exception failure() {
            return failure;
        }

        private void turn(long now) {
            if (begun && now - last < interval - HALF_A_TURN) {
                return;
            }
            try {
                fed.feed();
                begun = true;
                last = now;
                if (failures != 0) {
                    failures = 0;
                    failure = null;
                }
            } catch (IOException | RuntimeException e) {
                if (failures == 0) {
                    failure = e;
                }
                failures++; // the only writer is this thread
            }
        }
    }

    private static final Place[] NONE = {};

    private final Liveness liveness;
    private volatile Place[] places = NONE;
    private volatile long turns; // odd while one is being done
    private volatile long worstLateness;
    private long lastTurn = Long.MIN_VALUE; // feeding thread

    Feeder(Liveness liveness) {
        this.liveness = liveness;
    }

    /** On the feeding thread. */
    void turn(long now) {
        turns++;
        try {
            feedAll(now);
        } finally {
            turns++;
        }
    }

    private void feedAll(long now) {
        if (lastTurn != Long.MIN_VALUE) {
            long late = now - lastTurn - TURN.toNanos();
            if (late > worstLateness) {
                worstLateness = late;
            }
        }
        lastTurn = now;
        Place[] all = places;
        boolean well = liveness.turn(now);
        if (all.length == 0) {
            liveness.idle();
        } else if (well) {
            for (int i = 0; i < all.length; i++) {
                all[i].turn(now);
            }
        }
    }

    /** From now on it is fed, for the first time at the next turn. */
    synchronized Place add(Fed fed, Duration interval) {
        Place place = new Place(fed, interval);
        Place[] more = Arrays.copyOf(places, places.length + 1);
        more[places.length] = place;
        places = more;
        return place;
    }

    /** From now on it is not fed: when this returns, no feeding is under way. */
    void remove(Place place) {
        synchronized (this) {
            places = Arrays.stream(places).filter(each -> each != place).toArray(Place[]::new);
        }
        long turn = turns;
        while ((turn & 1) != 0 && turns == turn) {
            LockSupport.parkNanos(1_000_000); // a turn lasts as long as its system calls
        }
    }

    Place[] places() {
        return places.clone();
    }

    boolean isIdle() {
        return places.length == 0;
    }

    /** How late a turn was at worst, since the bundle started. */
    Duration worstLateness() {
        return Duration.ofNanos(Math.max(0, worstLateness));
    }
}
