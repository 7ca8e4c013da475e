// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.watchdog.CheckIn;
import java.time.Duration;

/** An application that is looked after. */
final class Client {

    /**
     * Which one it is, also after it was restarted.
     *
     * @param name as it is shown
     * @param bundleId of its bundle
     * @param component its component, or empty if it is none
     */
    record Id(String name, long bundleId, String component) {

        /** Of one that was named by the process before this one. */
        static final long UNKNOWN_BUNDLE = -1;
    }

    private final Id id;
    private final CheckIn checkIn;
    private final long deadline;
    private boolean begun; // this and the next two: feeding thread alone
    private long seen;
    private long since;
    private volatile boolean heard;
    private volatile long quiet;
    private volatile boolean late;
    private volatile String trouble = "";

    Client(Id id, CheckIn checkIn, Duration deadline) {
        this.id = id;
        this.checkIn = checkIn;
        this.deadline = deadline.toNanos();
    }

    /**
     * On the feeding thread: has it checked in?
     *
     * @param ran how long this process has run
     * @return false if its deadline has passed
     */
    boolean turn(long ran) {
        long count = checkIn.count();
        if (count != seen || !begun) {
            heard |= begun || count != 0;
            begun = true;
            seen = count;
            since = ran;
        }
        quiet = ran - since;
        late = quiet > deadline;
        return !late;
    }

    Id id() {
        return id;
    }

    Duration deadline() {
        return Duration.ofNanos(deadline);
    }

    /** How long nothing was heard of it. */
    Duration quiet() {
        return Duration.ofNanos(quiet);
    }

    /** True if it has checked in since it came. */
    boolean isHeard() {
        return heard;
    }

    /** True if its deadline has passed. */
    boolean isLate() {
        return late;
    }

    /** What its probe said last, if that was no good. */
    String trouble() {
        return trouble;
    }

    void trouble(String what) {
        trouble = what;
    }
}
