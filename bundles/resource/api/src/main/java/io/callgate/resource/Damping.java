// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How much coming and going the gateway puts up with: a plug with a loose contact shall not restart applications several
 * times in a second. One setting for all: every {@link ConfiguredResource} and, by {@link Settling}, what is discovered.
 * Thread safe.
 *
 * <p>Going is never held back: a service without its device is of no use to anybody.
 */
@ProviderType
public interface Damping {

    /** PID of its configuration. */
    String PID = "io.callgate.resource.damping";

    /** How often something may come {@link #within} a time and be offered at once; 0 if nothing is ever held back. */
    int comings();

    /** The time in which {@link #comings} are counted. */
    Duration within();

    /** How long something that comes more often must stay before it is offered. */
    Duration settle();

    /**
     * Does something once, after a delay, on a thread that may wait.
     *
     * @throws java.util.concurrent.RejectedExecutionException if it has stopped
     */
    Timer after(Duration delay, Runnable task);

    /** Something that is to be done later. */
    @ProviderType
    interface Timer extends AutoCloseable {

        /** It is not to be done any more; it may be on its way already. Does not block. */
        @Override
        void close();
    }
}
