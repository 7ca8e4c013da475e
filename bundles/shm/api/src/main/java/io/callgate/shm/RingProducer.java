// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Writes messages into a ring, one at a time; never blocks, makes no garbage. For one thread.
 *
 * <p>Every method that writes throws {@link RingGoneException} when the file has gone or the ring's service has ended. A
 * claim that is open then is dropped; its {@link #bytes()} may still be written, to nobody.
 */
@ProviderType
public interface RingProducer extends AutoCloseable {

    /**
     * Writes a message: claims, copies, commits.
     *
     * @param type a number from 1 on, for the consumer
     * @param message its bytes from position to limit, which stay as they are
     * @return false if the ring has no room for it now
     * @throws IllegalArgumentException if the type is less than 1, or the message longer than the ring takes
     */
    boolean offer(int type, ByteBuffer message) throws RingGoneException;

    /**
     * Reserves room for a message, to be filled in place by way of {@link #bytes()} and then committed or aborted. The
     * consumer waits for it, also for messages behind it, so do not take long.
     *
     * @return false if the ring has no room for it now
     * @throws IllegalArgumentException as {@link #offer}
     * @throws IllegalStateException if a claim is open
     */
    boolean claim(int type, int length) throws RingGoneException;

    /**
     * What was claimed: from position to limit, in native byte order. Always the same object.
     *
     * @throws IllegalStateException if no claim is open
     */
    ByteBuffer bytes();

    /** Lets the consumer see what was claimed, whole, wherever the position of the buffer is. */
    void commit() throws RingGoneException;

    /** Drops what was claimed. */
    void abort() throws RingGoneException;

    /** Drops a claim that is open, and leaves the ring. Never throws; once is enough. */
    @Override
    void close();
}
