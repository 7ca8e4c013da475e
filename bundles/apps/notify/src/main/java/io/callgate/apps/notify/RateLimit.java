// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.notify;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** So many in each minute; what is too much is counted, and said with the first of the next. Thread safe. */
final class RateLimit {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final int most;
    private final LongSupplier nanoTime;
    private long begin;
    private int said;
    private long unsaid;

    /** @param unsaid how many were refused in the minutes before, told once */
    record Verdict(boolean isAllowed, long unsaid) {}

    RateLimit(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
    }

    synchronized Verdict ask() {
        long missing = 0;
        if (nanoTime.getAsLong() - begin >= MINUTE) {
            begin = nanoTime.getAsLong();
            said = 0;
            missing = unsaid;
            unsaid = 0;
        }
        boolean allowed = said < most;
        if (allowed) {
            said++;
        } else {
            unsaid++;
        }
        return new Verdict(allowed, missing);
    }
}
