// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import io.callgate.linux.Architecture;
import java.nio.ByteBuffer;

/** The integers of C, as the kernel's headers name them. Each is aligned to its own size on every known architecture. */
public enum CType {
    /** __u8, char where it holds bytes. */
    U8(1, false),
    /** __s8. */
    S8(1, true),
    /** __u16, unsigned short. */
    U16(2, false),
    /** __s16, short. */
    S16(2, true),
    /** __u32, unsigned int. */
    U32(4, false),
    /** __s32, int. */
    S32(4, true),
    /** __u64, unsigned long long; its values are Java's long, taken as unsigned. */
    U64(8, false),
    /** __s64, long long. */
    S64(8, true),
    /** unsigned long, size_t, a pointer: 8 bytes, 4 on armhf. */
    ULONG(0, false),
    /** long, ssize_t: 8 bytes, 4 on armhf. */
    SLONG(0, true);

    private final int bytes;
    private final boolean signed;

    CType(int bytes, boolean signed) {
        this.bytes = bytes;
        this.signed = signed;
    }

    /** Size and alignment in bytes. */
    public int size(Architecture architecture) {
        if (bytes > 0) {
            return bytes;
        }
        return architecture == Architecture.ARMHF ? Integer.BYTES : Long.BYTES;
    }

    long get(ByteBuffer from, int offset, int size) {
        return switch (size) {
            case 1 -> signed ? from.get(offset) : Byte.toUnsignedLong(from.get(offset));
            case 2 -> signed ? from.getShort(offset) : Short.toUnsignedLong(from.getShort(offset));
            case 4 -> signed ? from.getInt(offset) : Integer.toUnsignedLong(from.getInt(offset));
            default -> from.getLong(offset);
        };
    }

    void put(ByteBuffer into, int offset, int size, long value) {
        switch (size) {
            case 1 -> into.put(offset, (byte) value);
            case 2 -> into.putShort(offset, (short) value);
            case 4 -> into.putInt(offset, (int) value);
            default -> into.putLong(offset, value);
        }
    }

    /** True if a value of that many bytes can hold it. */
    boolean holds(long value, int size) {
        int bits = size * Byte.SIZE;
        if (bits == Long.SIZE) {
            return true;
        }
        long highest = (1L << (signed ? bits - 1 : bits)) - 1;
        return value <= highest && value >= (signed ? -highest - 1 : 0);
    }
}
