// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.LineInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The kernel's names: 32 bytes with a NUL. */
final class Texts {

    private Texts() {}

    /** The name at an offset; what is not UTF-8 in it becomes U+FFFD. */
    static String get(ByteBuffer from, int at) {
        byte[] bytes = new byte[Uapi.NAME_SIZE];
        from.get(at, bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** How a request of that name is called before the others: cut to what the kernel keeps, never within a character. */
    static byte[] consumer(String name) {
        byte[] bytes = (LineInfo.OURS + name).getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, Uapi.NAME_SIZE - 1);
        while (length < bytes.length && isContinuation(bytes[length])) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    private static boolean isContinuation(byte utf8) {
        return (utf8 & 0xc0) == 0x80;
    }
}
