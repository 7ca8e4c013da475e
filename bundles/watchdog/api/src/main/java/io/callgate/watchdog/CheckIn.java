// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The handle on which an application says that it is alive. It is the application's own object, so that it goes on
 * working while the watchdog's bundle is updated, or where there is none. Thread safe; {@link #alive} is one atomic
 * increment: no lock, no garbage, no system call.
 */
public final class CheckIn {

    private final AtomicLong count = new AtomicLong();

    /** I am alive: the deadline begins anew. Call it where the work is done, never in a timer of its own. */
    public void alive() {
        count.incrementAndGet();
    }

    /** How often it was said: who looks after the application compares this with what it saw before. */
    public long count() {
        return count.get();
    }

    @Override
    public String toString() {
        return "checked in " + count() + " times";
    }
}
