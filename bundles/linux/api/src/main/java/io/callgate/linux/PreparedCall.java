// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A system call whose arguments are set one by one and stay set, for calls that are made often with memory or a
 * descriptor. It makes no garbage, not even when it fails, and so is for calls that fail every day: a message queue that
 * is empty, a futex that has changed.
 *
 * <p>Not thread safe: make one for each thread, or one with the buffer that it fills. What {@link LinuxCalls} says of
 * calls that block holds here too.
 */
@ProviderType
public interface PreparedCall {

    /** Sets an argument, counted from 0, to a number. */
    PreparedCall argument(int index, long value);

    /**
     * Sets an argument to a descriptor, which is counted as used during the call.
     *
     * @throws IllegalArgumentException if another argument is a descriptor already
     */
    PreparedCall argument(int index, Fd fd);

    /**
     * Sets an argument to the address of a part of a buffer, which stays reachable as long as this does.
     *
     * @throws IndexOutOfBoundsException if offset and length are not within the buffer
     */
    PreparedCall argument(int index, NativeBuffer buffer, int offset, int length);

    /**
     * Makes the call.
     *
     * @return what it returned, or the negative error number, EINTR and EAGAIN included: {@code Errno.of((int) -result)}
     * @throws ClosedFdException if its descriptor was closed
     */
    long call() throws ClosedFdException;
}
