// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.Closeable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open file descriptor, owned by whoever opened it and counted while somebody is inside a call with it.
 *
 * <p>A call after {@link #close()} fails with {@link ClosedFdException} and can never reach a descriptor number which
 * the kernel has since given to somebody else: the number goes back to the kernel only when the last call has left.
 * Close wakes whoever waits in {@link LinuxWaiting#poll} for it. Thread safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/close.2.html">close(2)</a>
 */
@ProviderType
public interface Fd extends Closeable {

    /** What was opened, for messages: a path, or a word such as {@code eventfd}. */
    String subject();

    /** False from the moment {@link #close()} was called. */
    boolean isOpen();

    /**
     * Holds the descriptor open while its number is used in a structure or an argument (an ioctl that names a second
     * descriptor, for example). Close the use at once: {@link Fd#close()} is completed by the last one.
     *
     * @throws ClosedFdException if the descriptor was closed
     */
    Use use() throws ClosedFdException;

    /** Closes it; once is enough, more does nothing. Never throws: the kernel has released the number in any case. */
    @Override
    void close();

    /** A descriptor held open: its number is ours until this is closed. */
    @ProviderType
    interface Use extends AutoCloseable {

        /** The number by which the kernel knows the descriptor. */
        int number();

        @Override
        void close();
    }
}
