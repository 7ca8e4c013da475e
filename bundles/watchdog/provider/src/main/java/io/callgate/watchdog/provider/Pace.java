// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import java.time.Duration;

/** Does something again and again, on a thread that does nothing else. Tests have one in virtual time. */
interface Pace {

    /** What is done; must not throw, and is not called again before it has returned. */
    @FunctionalInterface
    interface Turn {

        /** @param nanos by {@link System#nanoTime} */
        void at(long nanos);
    }

    /** Until it is closed. */
    interface Running extends AutoCloseable {

        /** Ends it; waits a little for a turn that is being done. */
        @Override
        void close();
    }

    /** Begins; the first turn is now. */
    Running every(String role, Duration interval, Turn turn);
}
