// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A ring of messages in a file that programs share, most often below /dev/shm: a header page, then an unmodified ring
 * buffer of Agrona's.
 *
 * <p>One service per configuration {@value #PID}{@code ~NAME}; bind it by {@code (callgate.name=NAME)}. It is registered
 * while the file is there, whole, and mapped. Messages are in the file: they outlive this service, its bundle and the
 * gateway. A message is seen by the consumer whole or not at all, whenever a producer is killed; what a consumer had read
 * but not yet let go of when it was killed is read again by the next one.
 *
 * <p>Thread safe; producers and consumers are not, they are for one thread each.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/shm_overview.7.html">shm_overview(7)</a>
 */
@ProviderType
public interface Ring {

    /** Factory PID of the configurations. */
    String PID = "io.callgate.shm.ring";

    /** Service property: {@link RingKind#word}. */
    String KIND = "shm.kind";

    /** Service property: {@link #path}. */
    String PATH = "shm.path";

    /** The NAME of its configuration. */
    String name();

    /** How many may write into it. */
    RingKind kind();

    /** The file. */
    Path path();

    /** Bytes for messages, of which each takes its length and 8 more, rounded up to 8; a power of two. */
    int capacity();

    /** Length in bytes of the longest message that it takes: an eighth of the capacity. */
    int maxMessageBytes();

    /**
     * A new producer, which the caller closes.
     *
     * @throws IOException if there is no room for one more: a one-to-one ring has one producer in all processes, a
     *     many-to-one ring 32
     * @throws IllegalStateException if the configured role is consumer
     * @throws RingGoneException if the file has gone, or this service has ended
     */
    RingProducer producer() throws IOException;

    /**
     * The consumer, which the caller closes.
     *
     * @throws IllegalStateException if the configured role is producer, or the ring is being read by a listener or by
     *     another consumer of this gateway
     * @throws RingGoneException if the file has gone, or this service has ended
     */
    RingConsumer consumer() throws IOException;

    /** How full it is, and who is there. @throws RingGoneException as {@link #producer} */
    RingStatistics statistics() throws IOException;
}
