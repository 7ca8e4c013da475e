// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes attributes one after the other into memory that grows.
 *
 * <pre>{@code
 * request.attributes()
 *         .string(IFLA_IFNAME, "lan")
 *         .u32(IFLA_MTU, 1400)
 *         .begin(IFLA_LINKINFO)
 *         .string(IFLA_INFO_KIND, "bridge")
 *         .end();
 * }</pre>
 *
 * <p>An array is what the family makes of it: {@link #begin}, an attribute for each element with its index for a type, {@link
 * #end}. Values may have up to 65,531 bytes. Not thread safe.
 */
public final class AttributeEncoder {

    private static final int NESTED = 0x8000;
    private static final int NET_BYTE_ORDER = 0x4000;
    private static final int LARGEST = 0xffff;
    private static final int DEEPEST = 16;

    private ByteBuffer buffer;
    private final int[] open = new int[DEEPEST]; // where the nests begin that are not ended
    private int depth;

    /** With nothing in it. */
    public AttributeEncoder() {
        this(128);
    }

    AttributeEncoder(int bytes) {
        buffer = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    /** A number of 8 bits. */
    public AttributeEncoder u8(int type, int number) {
        head(type, 1).put((byte) number);
        return pad();
    }

    /** A number of 16 bits. */
    public AttributeEncoder u16(int type, int number) {
        head(type, 2).putShort((short) number);
        return pad();
    }

    /** A number of 32 bits, with or without a sign. */
    public AttributeEncoder u32(int type, long number) {
        head(type, 4).putInt((int) number);
        return this;
    }

    /** 64 bits. */
    public AttributeEncoder u64(int type, long number) {
        head(type, 8).putLong(number);
        return this;
    }

    /** A number of 16 bits in network byte order. */
    public AttributeEncoder be16(int type, int number) {
        head(type, 2).order(ByteOrder.BIG_ENDIAN).putShort((short) number).order(ByteOrder.nativeOrder());
        return pad();
    }

    /** A number of 32 bits in network byte order. */
    public AttributeEncoder be32(int type, int number) {
        head(type, 4).order(ByteOrder.BIG_ENDIAN).putInt(number).order(ByteOrder.nativeOrder());
        return this;
    }

    /** As {@link #be32}, and the attribute says so of itself (NLA_F_NET_BYTEORDER). */
    public AttributeEncoder marked32(int type, int number) {
        return be32(type | NET_BYTE_ORDER, number);
    }

    /** UTF-8 text with a NUL. */
    public AttributeEncoder string(int type, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return bytes(type, Arrays.copyOf(utf8, utf8.length + 1));
    }

    /** Bytes as they are. */
    public AttributeEncoder bytes(int type, byte[] bytes) {
        head(type, bytes.length).put(bytes);
        return pad();
    }

    /** An attribute that says all by being there. */
    public AttributeEncoder flag(int type) {
        head(type, 0);
        return this;
    }

    /** Attributes that follow are in this one, until {@link #end}. */
    public AttributeEncoder begin(int type) {
        return begin(type | NESTED, new byte[0]);
    }

    /** As {@link #begin(int)} with a structure before the attributes, and without the mark of nesting. */
    public AttributeEncoder begin(int type, byte[] structure) {
        if (depth == DEEPEST) {
            throw new IllegalStateException("attributes are nested more than " + DEEPEST + " deep");
        }
        open[depth++] = buffer.position();
        head(type, structure.length).put(structure);
        return pad();
    }

    /** Ends what {@link #begin(int)} began. */
    public AttributeEncoder end() {
        if (depth == 0) {
            throw new IllegalStateException("there is nothing to end: begin comes first");
        }
        int start = open[--depth];
        int size = buffer.position() - start;
        if (size > LARGEST) {
            throw new IllegalArgumentException("an attribute of " + size + " bytes, " + LARGEST + " is the most");
        }
        buffer.putShort(start, (short) size);
        return this;
    }

    /** A copy of all that was written. */
    public byte[] toBytes() {
        if (depth > 0) {
            throw new IllegalStateException(depth + " nested attributes were begun and not ended");
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /** Bytes without a header: the fixed part of a message. */
    AttributeEncoder raw(byte[] bytes) {
        room(bytes.length).put(bytes);
        return pad();
    }

    ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes + 3) {
            ByteBuffer larger = ByteBuffer.allocate(Math.addExact(buffer.capacity() * 2, bytes));
            buffer = larger.order(ByteOrder.nativeOrder()).put(buffer.flip());
        }
        return buffer;
    }

    private ByteBuffer head(int type, int bytes) {
        int size = bytes + AttributeDecoder.HEADER;
        if (size > LARGEST) {
            throw new IllegalArgumentException("an attribute of " + size + " bytes, " + LARGEST + " is the most");
        }
        return room(size).putShort((short) size).putShort((short) type);
    }

    private AttributeEncoder pad() {
        room(3);
        while ((buffer.position() & 3) != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }
}
