// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The latest value of something, in a file that programs share: one writes, any number read the newest there is, and
 * never a torn one. For samples and frames; who needs every value takes a {@link Ring}.
 *
 * <p>One service per configuration {@value #PID}{@code ~NAME}; bind it by {@code (callgate.name=NAME)}. Thread safe;
 * writing and reading make no garbage and never block. The value is in the file: it outlives its writer.
 */
@ProviderType
public interface Board {

    /** Factory PID of the configurations. */
    String PID = "io.callgate.shm.board";

    /** Service property: {@link #path}. */
    String PATH = "shm.path";

    /** Returned by {@link #read} if nothing was ever written. */
    long NOTHING = 0;

    /** The NAME of its configuration. */
    String name();

    /** The file. */
    Path path();

    /** Length in bytes of the longest value. */
    int maxBytes();

    /**
     * Copies the newest value.
     *
     * @param into is cleared, filled, and flipped: the value is from 0 to the limit
     * @return its number, counted from 1 on without gaps, so that a reader sees how many it has missed; {@link #NOTHING}
     * @throws IllegalArgumentException if the value is longer than the buffer
     * @throws RingGoneException if the file has gone, or this service has ended
     */
    long read(ByteBuffer into) throws RingGoneException;

    /** The number of the newest value: whether it is worth a {@link #read}. @throws RingGoneException as it */
    long newest() throws RingGoneException;

    /**
     * Writes a value.
     *
     * @param value its bytes from position to limit, which stay as they are
     * @return its number
     * @throws IllegalArgumentException if it is longer than {@link #maxBytes}
     * @throws IllegalStateException if the configured role is reader
     * @throws RingGoneException as {@link #read}
     */
    long write(ByteBuffer value) throws RingGoneException;

    /** How it is, and who writes it. */
    BoardStatistics statistics() throws IOException;
}
