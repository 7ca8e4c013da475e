// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.time.Duration;

/** A moment by which several waits are to be over: each takes of it what those before have left. */
record Deadline(long nanos) {

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** False when the thread still runs; after the deadline it is only looked at. */
    boolean join(Thread thread) throws InterruptedException {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            thread.join(Duration.ofNanos(left).plusMillis(1).toMillis()); // 0 would be for ever
        }
        return !thread.isAlive();
    }
}
