// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.time.Duration;

/** One thread's work, now or later; time is its to tell, so that a test need not wait. */
interface Agenda {

    void after(Duration delay, Runnable work);

    /** Nanoseconds, from no particular beginning. */
    long now();

    default void soon(Runnable work) {
        after(Duration.ZERO, work);
    }
}
