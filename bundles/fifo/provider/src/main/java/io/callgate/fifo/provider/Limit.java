// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long a call still waits. It waits in slices, so that it sees an interruption and the end of its service. */
final class Limit {

    static final Duration SLICE = Duration.ofMillis(100);

    private Limit() {}

    /** When a call that begins now gives up, by the monotonic clock; {@link Long#MAX_VALUE} for never. */
    static long end(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            return System.nanoTime();
        }
        long seconds = limit.getSeconds();
        boolean endless = seconds >= TimeUnit.NANOSECONDS.toSeconds(Long.MAX_VALUE) / 2;
        return endless ? Long.MAX_VALUE : System.nanoTime() + limit.toNanos();
    }

    /** What is left, in nanoseconds; not more than 0 when the time is up. */
    static long left(long end) {
        return end == Long.MAX_VALUE ? Long.MAX_VALUE : end - System.nanoTime();
    }

    /** The next wait, a slice at most. */
    static Duration slice(long left) {
        return left >= SLICE.toNanos() ? SLICE : Duration.ofNanos(left);
    }
}
