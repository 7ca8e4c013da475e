// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Reads attributes where they lie: a cursor over a part of a buffer, moved by {@link #next()}.
 *
 * <pre>{@code
 * AttributeDecoder attributes = message.attributes(16);
 * while (attributes.next()) {
 *     switch (attributes.type()) {
 *         case IFLA_IFNAME -> name = attributes.string();
 *         case IFLA_MTU -> mtu = attributes.u32();
 *         case IFLA_LINKINFO -> kind(attributes.nested());
 *         default -> { }   // newer kernels have more
 *     }
 * }
 * }</pre>
 *
 * <p>Every length is checked before a byte is read, and a value that is shorter than its type is a
 * {@link NetlinkFormatException}; no bytes whatever make it read beyond its part, or run without end. It makes no garbage but for strings,
 * byte arrays and {@link #nested()}. Valid as long as the buffer's content; not thread safe.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/netlink/intro.html">Introduction to Netlink</a>
 */
public final class AttributeDecoder {

    /** Bytes of an attribute's own header: length and type, 16 bits each. */
    static final int HEADER = 4;

    private static final int TYPE_MASK = 0x3fff; // without NLA_F_NESTED and NLA_F_NET_BYTEORDER
    private static final int NET_BYTE_ORDER = 0x4000;

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private ByteBuffer buffer;
    private int following;
    private int end;
    private int value;
    private int length = -1;
    private int type;

    /** Over nothing, until {@link #wrap}. */
    public AttributeDecoder() {
        buffer = ByteBuffer.allocate(0);
    }

    /**
     * Goes to the beginning of a part of a buffer in native byte order.
     *
     * @throws IndexOutOfBoundsException if the part is not within the buffer
     */
    public AttributeDecoder wrap(ByteBuffer source, int offset, int bytes) {
        Objects.checkFromIndexSize(offset, bytes, source.capacity());
        if (source.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("netlink is in native byte order, the buffer is not");
        }
        buffer = source;
        following = offset;
        end = offset + bytes;
        value = offset;
        length = -1;
        return this;
    }

    /** Goes to the next attribute; false at the end. */
    public boolean next() throws NetlinkFormatException {
        int left = end - following;
        if (left < HEADER) { // as the kernel: padding
            length = -1;
            return false;
        }
        int head = buffer.getInt(following); // length and type in one: this is the hot path
        int size = LITTLE ? head & 0xffff : head >>> 16;
        if (size < HEADER || size > left) {
            throw new NetlinkFormatException(
                    "an attribute of " + size + " bytes at " + following + ", where " + left + " are left");
        }
        type = LITTLE ? head >>> 16 : head & 0xffff;
        value = following + HEADER;
        length = size - HEADER;
        following += Math.min(left, size + 3 & ~3);
        return true;
    }

    /** What it is; each family has its own types. */
    public int type() {
        return type & TYPE_MASK;
    }

    /** Whether it says of itself that it is in network byte order. */
    public boolean isNetworkOrder() {
        return (type & NET_BYTE_ORDER) != 0;
    }

    /** Bytes of its value. */
    public int length() {
        return current();
    }

    /** A number from 0 to 255. */
    public int u8() throws NetlinkFormatException {
        return Byte.toUnsignedInt(buffer.get(at(1)));
    }

    /** A number of 16 bits, not negative. */
    public int u16() throws NetlinkFormatException {
        return Short.toUnsignedInt(buffer.getShort(at(2)));
    }

    /** A number of 32 bits, not negative. */
    public long u32() throws NetlinkFormatException {
        return Integer.toUnsignedLong(s32());
    }

    /** A number of 32 bits with its sign; also the bits of a mask. */
    public int s32() throws NetlinkFormatException {
        return buffer.getInt(at(4));
    }

    /** 64 bits, with or without a sign. Its value is aligned to 4 bytes only. */
    public long u64() throws NetlinkFormatException {
        return buffer.getLong(at(8));
    }

    /** As {@link #u16()}, in network byte order whatever it says: a port, for example. */
    public int be16() throws NetlinkFormatException {
        int native16 = u16();
        return LITTLE ? Short.toUnsignedInt(Short.reverseBytes((short) native16)) : native16;
    }

    /** As {@link #s32()}, in network byte order. */
    public int be32() throws NetlinkFormatException {
        return LITTLE ? Integer.reverseBytes(s32()) : s32();
    }

    /** As {@link #u64()}, in network byte order. */
    public long be64() throws NetlinkFormatException {
        return LITTLE ? Long.reverseBytes(u64()) : u64();
    }

    /** Text up to the first NUL or the end, in UTF-8; bytes that are none become U+FFFD. */
    public String string() {
        int size = current();
        int text = 0;
        while (text < size && buffer.get(value + text) != 0) {
            text++;
        }
        byte[] copy = new byte[text];
        buffer.get(value, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    /** A copy of its value. */
    public byte[] bytes() {
        byte[] copy = new byte[current()];
        buffer.get(value, copy);
        return copy;
    }

    /** One byte of its value. */
    public int u8At(int index) throws NetlinkFormatException {
        return Byte.toUnsignedInt(buffer.get(at(index, 1)));
    }

    /** 16 bits at a byte of its value, for structures. */
    public int u16At(int index) throws NetlinkFormatException {
        return Short.toUnsignedInt(buffer.getShort(at(index, 2)));
    }

    /** 32 bits at a byte of its value, for structures and arrays. */
    public int s32At(int index) throws NetlinkFormatException {
        return buffer.getInt(at(index, 4));
    }

    /** 64 bits at a byte of its value, in network byte order, for addresses. */
    public long be64At(int index) throws NetlinkFormatException {
        long bits = buffer.getLong(at(index, 8));
        return LITTLE ? Long.reverseBytes(bits) : bits;
    }

    /** A new cursor over the attributes in this one's value; arrays are attributes one after the other. */
    public AttributeDecoder nested() {
        return nested(new AttributeDecoder(), 0);
    }

    /** As {@link #nested()} with another's cursor, behind a structure of so many bytes; without garbage. */
    public AttributeDecoder nested(AttributeDecoder reused, int skip) {
        int size = current();
        int skipped = Math.min(skip, size);
        return reused.wrap(buffer, value + skipped, size - skipped);
    }

    /**
     * As {@link #nested()} with another's cursor, over a part of the value: structures with attributes behind them, one after the other.
     *
     * @throws NetlinkFormatException if the value has not so many bytes there
     */
    public AttributeDecoder nested(AttributeDecoder reused, int from, int bytes) throws NetlinkFormatException {
        if (bytes < 0) {
            throw new NetlinkFormatException("attribute " + type() + " has a part of " + bytes + " bytes");
        }
        return reused.wrap(buffer, at(from, bytes), bytes);
    }

    private int at(int bytes) throws NetlinkFormatException {
        return at(0, bytes);
    }

    private int at(int index, int bytes) throws NetlinkFormatException {
        int size = current();
        if (index < 0 || index > size - bytes) {
            throw new NetlinkFormatException(
                    "attribute " + type() + " has " + size + " bytes, needed are " + bytes + " at " + index);
        }
        return value + index;
    }

    /** The value's length, if there is a current attribute. */
    private int current() {
        if (length < 0) {
            throw new IllegalStateException("there is no attribute here: next() comes first, and was true");
        }
        return length;
    }
}
