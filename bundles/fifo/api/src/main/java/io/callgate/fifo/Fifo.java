// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A FIFO (a named pipe), of which the gateway reads or writes records and any other program has the other end.
 *
 * <p>One service per configuration {@value #PID}{@code ~NAME}; bind it by {@code (callgate.name=NAME)}. It is registered
 * while its node is there and may be opened, whether anybody has the other end or not ({@link #peer}): a missing peer is no
 * error.
 *
 * <p>Thread safe; {@link #read} and {@link #write} make no garbage unless they wait. They wait in the kernel at most as
 * long as their limit says; an interruption of their thread, and the end of this service, end that within 100 ms. Errors
 * of both:
 *
 * <ul>
 *   <li>{@link FifoEndedException}: the node was removed, or this service has ended
 *   <li>{@link UnsupportedOperationException}: the direction is not the configured one
 *   <li>{@link java.io.InterruptedIOException InterruptedIOException}: the thread was interrupted
 * </ul>
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/fifo.7.html">fifo(7)</a>
 * @see <a href="https://man7.org/linux/man-pages/man7/pipe.7.html">pipe(7)</a>
 */
@ProviderType
public interface Fifo {

    /** Factory PID of the configurations. */
    String PID = "io.callgate.fifo.pipe";

    /** Service property: {@link #path}. */
    String PATH = "fifo.path";

    /** Service property: {@link Access#word} of {@link #access}. */
    String ACCESS = "fifo.access";

    /** Bytes that the kernel writes in one piece, whoever else writes: 4096 on Linux. */
    int PIPE_BUF = 4096;

    /** A limit without end. */
    Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    /** The NAME of its configuration. */
    String name();

    /** Its node. */
    Path path();

    /** What the gateway does with it. */
    Access access();

    /** Length in bytes of the longest record, without its framing. */
    int recordBytes();

    /** Whether somebody has the other end. Seen at once by who reads or writes, otherwise within a second. */
    Peer peer();

    /**
     * Reads the next record. A listener that is registered for the FIFO competes with this.
     *
     * @param into what was in it is replaced: afterwards the record, without its framing, is from position 0 to the limit
     * @param limit how long to wait for a record, and for a peer; zero: not at all; {@link #FOREVER}
     * @return false if there was none within the limit; then the buffer is as it was
     * @throws IllegalArgumentException if a record of {@link #recordBytes} might not fit (raw: if it has no room at all)
     */
    boolean read(ByteBuffer into, Duration limit) throws IOException;

    /**
     * Writes a record, adding its framing. Up to {@link #PIPE_BUF} bytes, framing included, go into the pipe in one
     * piece. More than that is written in several: once the first is in, the limit counts no more, and if the peer leaves
     * in between, the whole record is written to the next one.
     *
     * @param record from its position to its limit; left as it is
     * @param limit how long to wait for a peer and for room; zero: not at all; {@link #FOREVER}
     * @return true if it is in the pipe; false if there was no peer or no room within the limit
     * @throws IllegalArgumentException if it is longer than {@link #recordBytes} or, unless the gateway is configured to be
     *     the only writer, than {@link #PIPE_BUF}; if it has a newline and lines are written; if it has not the fixed length
     */
    boolean write(ByteBuffer record, Duration limit) throws IOException;

    /** Writes a text in UTF-8, as {@link #write(ByteBuffer, Duration)}. */
    default boolean write(String record, Duration limit) throws IOException {
        return write(ByteBuffer.wrap(record.getBytes(StandardCharsets.UTF_8)), limit);
    }

    /** How it is now. */
    FifoStatistics statistics() throws IOException;
}
