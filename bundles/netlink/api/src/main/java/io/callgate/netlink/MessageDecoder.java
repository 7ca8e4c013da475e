// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Reads messages where they lie: a cursor over what was received, moved by {@link #next()}. As {@link AttributeDecoder} it never
 * reads beyond its part, and makes no garbage. Valid as long as the buffer's content; not thread safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">netlink(7)</a>
 */
public final class MessageDecoder {

    /** An acknowledgement, or an error. */
    public static final int ERROR = 2;
    /** The end of a dump. */
    public static final int DONE = 3;
    /** Data was lost. */
    public static final int OVERRUN = 4;
    /** One that means nothing. */
    public static final int NOOP = 1;

    /** Of {@link #flags()}: the dump is inconsistent, since something changed meanwhile (NLM_F_DUMP_INTR). */
    public static final int DUMP_INTERRUPTED = 0x10;
    /** Of {@link #flags()}: more messages follow, up to one that is {@link #DONE} (NLM_F_MULTI). */
    public static final int MULTI = 0x2;

    /** Bytes of a message's own header. */
    public static final int HEADER = 16;

    private final AttributeDecoder attributes = new AttributeDecoder();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int following;
    private int end;
    private int start;
    private int size = -1;

    /** Goes before the first message of a part of a buffer in native byte order. */
    public MessageDecoder wrap(ByteBuffer source, int offset, int bytes) {
        Objects.checkFromIndexSize(offset, bytes, source.capacity());
        if (source.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("netlink is in native byte order, the buffer is not");
        }
        buffer = source;
        following = offset;
        end = offset + bytes;
        size = -1;
        return this;
    }

    /** Goes to the next message; false at the end. */
    public boolean next() throws NetlinkFormatException {
        int left = end - following;
        if (left < HEADER) {
            size = -1;
            if (left > 0) {
                throw new NetlinkFormatException(left + " bytes are left at " + following + ", a header has " + HEADER);
            }
            return false;
        }
        int stated = buffer.getInt(following);
        if (stated < HEADER || stated > left) {
            throw new NetlinkFormatException(
                    "a message of " + stated + " bytes at " + following + ", where " + left + " are left");
        }
        start = following;
        size = stated;
        following += (int) Math.min(left, stated + 3L & ~3L);
        return true;
    }

    /** What it is; those from 16 on are the family's. */
    public int type() {
        current();
        return Short.toUnsignedInt(buffer.getShort(start + 4));
    }

    /** Bits, {@link #DUMP_INTERRUPTED} for example. */
    public int flags() {
        current();
        return Short.toUnsignedInt(buffer.getShort(start + 6));
    }

    /** The request's sequence number, 0 for an event. */
    public int sequence() {
        current();
        return buffer.getInt(start + 8);
    }

    /** The port of whoever asked, 0 for an event without one. */
    public int port() {
        current();
        return buffer.getInt(start + 12);
    }

    /** Bytes behind the header. */
    public int length() {
        return current() - HEADER;
    }

    /** A byte behind the header, counted from 0. */
    public int u8At(int index) throws NetlinkFormatException {
        return Byte.toUnsignedInt(buffer.get(at(index, 1)));
    }

    /** 16 bits behind the header. */
    public int u16At(int index) throws NetlinkFormatException {
        return Short.toUnsignedInt(buffer.getShort(at(index, 2)));
    }

    /** 32 bits behind the header. */
    public int s32At(int index) throws NetlinkFormatException {
        return buffer.getInt(at(index, 4));
    }

    /**
     * The attributes behind the family's fixed part of so many bytes. The cursor is this message's own: the next call returns the
     * same one at the beginning.
     *
     * @throws NetlinkFormatException if the message is shorter than its fixed part
     */
    public AttributeDecoder attributes(int fixed) throws NetlinkFormatException {
        int bytes = length();
        if (fixed > bytes) {
            throw new NetlinkFormatException("message " + type() + " has " + bytes + " bytes, its fixed part " + fixed);
        }
        int skipped = Math.min(bytes, fixed + 3 & ~3);
        return attributes.wrap(buffer, start + HEADER + skipped, bytes - skipped);
    }

    private int at(int index, int bytes) throws NetlinkFormatException {
        if (index < 0 || index > length() - bytes) {
            throw new NetlinkFormatException(
                    "message " + type() + " has " + length() + " bytes, needed are " + bytes + " at " + index);
        }
        return start + HEADER + index;
    }

    private int current() {
        if (size < 0) {
            throw new IllegalStateException("there is no message here: next() comes first, and was true");
        }
        return size;
    }
}
