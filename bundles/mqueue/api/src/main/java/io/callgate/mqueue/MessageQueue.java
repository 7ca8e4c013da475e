// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

import java.io.IOException;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A message queue of the kernel, shared with whoever knows its name or key.
 *
 * <p>One service per configuration {@value #POSIX_PID}{@code ~NAME} or {@value #SYSTEM_V_PID}{@code ~NAME}; bind it by
 * {@code (callgate.name=NAME)}. It is registered while the queue is there and open. Messages are the kernel's: they
 * outlive this service, its bundle and the gateway, up to the next boot.
 *
 * <p>Thread safe, with a buffer for each thread; send and receive make no garbage. Those with a limit wait in the kernel
 * that long; an interruption of their thread, and the end of this service, end that within 100 ms. Errors of both:
 *
 * <ul>
 *   <li>{@link QueueGoneException}: somebody unlinked it, or this service has ended
 *   <li>{@link io.callgate.linux.ErrnoException ErrnoException}: EBADF for a direction that {@code access} does not
 *       allow, EACCES, ENOMEM
 *   <li>{@link java.io.InterruptedIOException InterruptedIOException}: the thread was interrupted
 * </ul>
 */
@ProviderType
public interface MessageQueue {

    /** Factory PID of the configurations of POSIX queues. */
    String POSIX_PID = "io.callgate.mqueue.posix";

    /** Factory PID of the configurations of System V queues. */
    String SYSTEM_V_PID = "io.callgate.mqueue.sysv";

    /** Service property: {@link QueueKind#word}. */
    String KIND = "mqueue.kind";

    /** Service property: {@link #address}. */
    String ADDRESS = "mqueue.address";

    /** A limit without end. */
    Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    /** The NAME of its configuration. */
    String name();

    /** Which family it is of. */
    QueueKind kind();

    /** By what other programs know it: {@code /alarms}, or {@code 0x2a} for a key. */
    String address();

    /** Length in bytes of the longest message that it takes. */
    int maxMessageBytes();

    /** A new buffer for messages of this queue; it belongs to the caller, and lives while it can be reached. */
    MessageBuffer allocate();

    /**
     * Sends the message that is in the buffer.
     *
     * @param message of this queue's {@link #allocate}
     * @param limit how long to wait for room; zero: not at all; {@link #FOREVER}
     * @return false if there was no room within the limit
     */
    boolean send(MessageBuffer message, Duration limit) throws IOException;

    /**
     * Receives the next message into the buffer. A listener that is registered for the queue competes with this.
     *
     * @param into of this queue's {@link #allocate}
     * @param limit how long to wait for a message; zero: not at all; {@link #FOREVER}
     * @return false if there was none within the limit
     */
    boolean receive(MessageBuffer into, Duration limit) throws IOException;

    /**
     * System V: receives the next message of some types, as {@link #receive(MessageBuffer, Duration)}.
     *
     * @throws UnsupportedOperationException for a POSIX queue, unless any message is selected
     */
    boolean receive(MessageBuffer into, Selection which, Duration limit) throws IOException;

    /** How full it is now. */
    QueueStatistics statistics() throws IOException;
}
