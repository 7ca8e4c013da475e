// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Gives texts to parsers as if they stood in a file of /proc. */
final class Texts {

    private Texts() {}

    static <T> T parse(String path, String text, ProcFile.Parser<T> parser) throws IOException {
        return parser.parse(cursor(path, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A buffer of the exact length, so that a parser that goes too far is caught. */
    static Cursor cursor(String path, byte[] bytes) {
        Cursor cursor = new Cursor(path);
        cursor.set(ByteBuffer.wrap(bytes), bytes.length);
        return cursor;
    }
}
