// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.osgi.annotation.versioning.ProviderType;

/** A message where it lies in the ring, until the call that was given it returns. The same object for all messages. */
@ProviderType
public interface RingMessage {

    /** What the producer called it; from 1 on. */
    int type();

    /** The message: from position to limit, which are another's for each message; read-only, in native byte order. */
    ByteBuffer bytes();

    /** Length in bytes. */
    int length();

    /** A copy. */
    default byte[] copy() {
        byte[] copy = new byte[length()];
        ByteBuffer bytes = bytes();
        bytes.get(bytes.limit() - copy.length, copy);
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
