// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A value that is shared by all who open it. A write is the whole new value, and text ends with a newline when it is
 * read, as /proc and /sys have it.
 */
final class Attribute {

    private final boolean text;
    private volatile byte[] value;

    Attribute(String value) {
        this.text = true;
        this.value = value.getBytes(StandardCharsets.UTF_8);
    }

    Attribute(byte[] value) {
        this.text = false;
        this.value = value.clone();
    }

    String text() {
        return new String(value, StandardCharsets.UTF_8);
    }

    void set(String next) {
        value = next.getBytes(StandardCharsets.UTF_8);
    }

    /** One descriptor's view; what it began to read it reads to the end. */
    FakeFile open() {
        return new FakeFile() {
            private byte[] current = {};

            @Override
            public int read(ByteBuffer into, long position) {
                if (position == 0) {
                    current = value;
                }
                return TextFile.copy(current, into, position);
            }

            @Override
            public int write(ByteBuffer from, long position) {
                byte[] written = new byte[from.remaining()];
                from.get(written);
                value = text ? withNewline(written) : written;
                return written.length;
            }
        };
    }

    static byte[] withNewline(byte[] text) {
        if (text.length > 0 && text[text.length - 1] == '\n') {
            return text;
        }
        byte[] longer = Arrays.copyOf(text, text.length + 1);
        longer[text.length] = '\n';
        return longer;
    }
}
