// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Memory outside the Java heap that calls read from and write into, seen through a {@link ByteBuffer} in native byte
 * order. The door knows its address; nobody else does.
 *
 * <p>Not thread safe, as any buffer. It lives while it or a view of its {@link #bytes()} can be reached.
 */
@ProviderType
public interface NativeBuffer {

    /** The whole buffer. Position and limit are the holder's own: calls are given offset and length, and ignore them. */
    ByteBuffer bytes();

    /** Size in bytes. */
    int size();

    /** UTF-8 text of a part of it; bytes that are none become U+FFFD. */
    default String text(int offset, int length) {
        byte[] copy = new byte[length];
        bytes().get(offset, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    /** Puts UTF-8 text at an offset and returns its length in bytes. */
    default int put(int offset, String text) {
        byte[] copy = text.getBytes(StandardCharsets.UTF_8);
        bytes().put(offset, copy);
        return copy.length;
    }
}
