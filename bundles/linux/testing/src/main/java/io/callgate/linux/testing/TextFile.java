// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Text made at a read of its beginning; a reader that goes on gets the rest of that text, as from a seq_file. */
final class TextFile implements FakeFile {

    private final Supplier<String> content;
    private byte[] current = {};

    TextFile(Supplier<String> content) {
        this.content = content;
    }

    @Override
    public int read(ByteBuffer into, long position) {
        if (position == 0) {
            current = content.get().getBytes(StandardCharsets.UTF_8);
        }
        return copy(current, into, position);
    }

    static int copy(byte[] content, ByteBuffer into, long position) {
        int length = (int) Math.max(0, Math.min(into.remaining(), content.length - position));
        into.put(content, (int) Math.min(position, content.length), length);
        return length;
    }
}
