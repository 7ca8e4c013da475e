// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Room for one message outside the Java heap, used again and again: made by {@link MessageQueue#allocate} for its queue,
 * large enough for any message of it. What is received replaces what is in it; what is sent stays in it.
 *
 * <p>Not thread safe: one for each thread.
 */
@ProviderType
public interface MessageBuffer {

    /**
     * The message: its bytes are those from 0 up to the limit, wherever the position is; the capacity is that of the
     * longest message. Always the same object; after a receive its position is 0.
     */
    ByteBuffer bytes();

    /** Length of the message in bytes. */
    default int length() {
        return bytes().limit();
    }

    /**
     * POSIX: the priority, 0 (the least, and what a new buffer has) to 32767.
     *
     * @throws UnsupportedOperationException if its queue is a System V queue, which has types
     */
    int priority();

    /**
     * POSIX: sets the priority with which it is sent.
     *
     * @throws IllegalArgumentException if it is not from 0 to 32767
     * @throws UnsupportedOperationException if its queue is a System V queue, which has types
     */
    MessageBuffer priority(int priority);

    /**
     * System V: the type, from 1 on; a new buffer has 1.
     *
     * @throws UnsupportedOperationException if its queue is a POSIX queue, which has priorities
     */
    long type();

    /**
     * System V: sets the type with which it is sent.
     *
     * @throws IllegalArgumentException if it is less than 1, or more than a C long of this machine
     * @throws UnsupportedOperationException if its queue is a POSIX queue, which has priorities
     */
    MessageBuffer type(long type);

    /**
     * Makes these bytes the message.
     *
     * @throws IllegalArgumentException if they are more than a message of the queue can have
     */
    default MessageBuffer put(byte[] message) {
        ByteBuffer bytes = bytes();
        if (message.length > bytes.capacity()) {
            throw new IllegalArgumentException(
                    "a message of " + message.length + " bytes, its queue takes at most " + bytes.capacity());
        }
        bytes.clear().put(message).flip();
        return this;
    }

    /** Makes this text, in UTF-8 and without a NUL at its end, the message. */
    default MessageBuffer put(String message) {
        return put(message.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of the message. */
    default byte[] copy() {
        byte[] copy = new byte[length()];
        bytes().get(0, copy);
        return copy;
    }

    /** The message as text in UTF-8, without the NUL that C programs often send along. */
    default String text() {
        byte[] copy = copy();
        int length = copy.length;
        while (length > 0 && copy[length - 1] == 0) {
            length--;
        }
        return new String(copy, 0, length, StandardCharsets.UTF_8);
    }
}
