// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.netlink.Uevent;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Where announcements of one origin come from, as long as somebody listens. What it tells, it tells on the event loop. */
interface UeventSource {

    /**
     * Begins with what its predecessor has left.
     *
     * @param told every announcement
     * @param lost called before the first that came after a loss
     */
    Open open(Consumer<Uevent> told, Runnable lost) throws IOException;

    /** One that is open. */
    interface Open {

        /** What comes from now on waits. When this returns nothing is being told. */
        void pause();

        /** Leaves it, paused, to a successor. @param lost whether the successor is to say a loss first */
        void leave(Duration handover, boolean lost);

        /** Ends it. */
        void close();
    }
}
