// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import io.callgate.linux.NativeBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A structure in memory, with its fields by name. Not thread safe, as the buffer below it. Looking a name up makes a little
 * garbage: a loop that must make none holds {@link StructLayout#field} and uses that.
 *
 * @param layout how it lies
 * @param buffer where it lies
 * @param offset where it begins in the buffer
 */
public record Struct(StructLayout layout, NativeBuffer buffer, int offset) {

    /**
     * A value; an unsigned one of 64 bits may look negative.
     *
     * @param path as in C: {@code info.lo_offset}, {@code key[3]}
     * @throws IllegalArgumentException if there is no such field, or it is no single value
     */
    public long get(String path) {
        return layout.field(path).get(buffer.bytes(), offset);
    }

    /** Sets a value. @throws IllegalArgumentException as {@link #get}, or if the field cannot hold it */
    public Struct set(String path, long value) {
        layout.field(path).set(buffer.bytes(), offset, value);
        return this;
    }

    /** A copy of a field's bytes: of a whole array or structure, too. */
    public byte[] bytes(String path) {
        StructLayout.Field field = layout.field(path);
        byte[] copy = new byte[field.size()];
        buffer.bytes().get(offset + field.offset(), copy);
        return copy;
    }

    /** Sets a field's first bytes, and the rest to 0. @throws IllegalArgumentException if there are too many */
    public Struct setBytes(String path, byte[] value) {
        StructLayout.Field field = layout.field(path);
        if (value.length > field.size()) {
            throw new IllegalArgumentException(path + " has room for " + field.size() + " bytes, not " + value.length);
        }
        buffer.bytes().put(offset + field.offset(), Arrays.copyOf(value, field.size()));
        return this;
    }

    /** The UTF-8 text in an array of bytes, up to the first NUL. */
    public String text(String path) {
        byte[] bytes = bytes(path);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** Sets a C string. @throws IllegalArgumentException if it and its NUL have no room */
    public Struct setText(String path, String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        return setBytes(path, Arrays.copyOf(encoded, encoded.length + 1));
    }

    /** All of it as bytes, for example for a handle's final action. */
    public byte[] bytes() {
        byte[] copy = new byte[layout.size()];
        buffer.bytes().get(offset, copy);
        return copy;
    }
}
