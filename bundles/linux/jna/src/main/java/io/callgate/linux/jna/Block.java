// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.NativeBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.Objects;

/** Memory with its address, which is asked for once. Whoever passes the address on keeps the block reachable. */
final class Block implements NativeBuffer {

    private static final int ALIGNMENT = 16;

    /** In which the Java runtime gives path names to the kernel. */
    private static final Charset PATHS = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private final ByteBuffer bytes;
    private final long address;
    private final int size;

    /** @param bytes direct; a view of it keeps it reachable */
    Block(ByteBuffer bytes, long address) {
        this.bytes = bytes;
        this.address = address;
        this.size = bytes.capacity();
    }

    static Block allocate(int size) {
        return allocate(size, ALIGNMENT);
    }

    static Block allocate(int size, int alignment) {
        if (size < 0) {
            throw new IllegalArgumentException("a buffer of " + size + " bytes");
        }
        // The alignment that malloc gives on 64 bits is not that of 32 bits, and alignedSlice cuts at both ends.
        int unit = Math.max(alignment, ALIGNMENT);
        ByteBuffer aligned = ByteBuffer.allocateDirect(Math.addExact(size, Math.multiplyExact(2, unit)))
                .alignedSlice(unit)
                .slice(0, size)
                .order(ByteOrder.nativeOrder());
        return new Block(aligned, Libc.address(aligned));
    }

    /** Text as a C string. */
    static Block cString(String text) {
        byte[] encoded = text.getBytes(PATHS);
        Block block = allocate(encoded.length + 1);
        block.bytes.put(0, encoded);
        return block;
    }

    /** Text of a file name's bytes, up to the first NUL. */
    static String text(ByteBuffer bytes, int offset, int length) {
        byte[] copy = new byte[length];
        bytes.get(offset, copy);
        int end = 0;
        while (end < length && copy[end] != 0) {
            end++;
        }
        return new String(copy, 0, end, PATHS);
    }

    /** The address of a part of a buffer, which must be within it. */
    static long address(NativeBuffer buffer, int offset, int length) {
        if (buffer instanceof Block block) {
            Objects.checkFromIndexSize(offset, length, block.size);
            return block.address + offset;
        }
        throw new IllegalArgumentException("a buffer of another door: " + buffer);
    }

    long address() {
        return address;
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String toString() {
        return size + " bytes of native memory";
    }
}
