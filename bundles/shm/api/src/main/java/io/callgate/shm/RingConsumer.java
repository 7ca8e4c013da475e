// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

import java.io.IOException;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** Reads messages out of a ring, in order; makes no garbage. For one thread. */
@ProviderType
public interface RingConsumer extends AutoCloseable {

    /** A limit without end. */
    Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    /**
     * Gives the messages that are there to a handler, in place. Their room is given back when this returns, all at once;
     * a message whose handler throws counts as read. Never blocks.
     *
     * @param limit how many at most
     * @return how many; 0 if there is none now
     * @throws RingGoneException if the file has gone, is no ring any more, or the ring's service has ended
     */
    int poll(RingHandler handler, int limit) throws RingGoneException;

    /**
     * Waits for a message: spins for the configured time, then sleeps until a producer wakes it. A producer that does
     * not know our header page, such as Agrona's, wakes nobody; then it is looked for at the configured interval.
     *
     * @return false if there was none within the limit
     * @throws RingGoneException as {@link #poll}
     * @throws java.io.InterruptedIOException within 100 ms of an interruption of this thread
     */
    boolean await(Duration limit) throws IOException;

    /** Leaves the ring to the next consumer. Never throws; once is enough. */
    @Override
    void close();
}
