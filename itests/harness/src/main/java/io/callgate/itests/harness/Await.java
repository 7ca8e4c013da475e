// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.harness;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what has no event of its own (another process's log, the garbage collector), with a deadline. */
public final class Await {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final long STEP_NANOS = 5_000_000;

    private Await() {}

    /** Waits until it is true, half a minute at most. */
    public static void until(String what, Callable<Boolean> condition) {
        until(what, DEADLINE, condition);
    }

    /** Waits until it is true; an AssertionError says what did not come. */
    public static void until(String what, Duration deadline, Callable<Boolean> condition) {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not within " + deadline.toSeconds() + " s: " + what);
                }
                LockSupport.parkNanos(STEP_NANOS);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(what + ": " + e, e);
        }
    }
}
