// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.time.Duration;

/** The one thread on which everything is decided and done, and its time: injected, so that tests never wait. */
interface Agenda {

    /** Something that was to be done later. */
    interface Later {

        /** It will not be done, unless it is being done. */
        void cancel();
    }

    /** Does it soon, after what was asked for before. Does nothing once the agenda is closed. */
    void execute(Runnable task);

    /** Does it after a delay. */
    Later after(Duration delay, Runnable task);

    /** As {@link System#nanoTime()}. */
    long nanoTime();

    /** Takes nothing more; waits, unless called by the agenda's own thread, for what is being done. */
    void close();
}
