// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.nio.ByteBuffer;

/**
 * What is asked of the kernel: a message's type and flags, the family's fixed part, and attributes. The connection adds the length,
 * the sequence number, and the flags for an acknowledgement or a dump.
 *
 * <pre>{@code
 * NetlinkRequest request = new NetlinkRequest(RTM_GETLINK, 0).put8(AF_UNSPEC).zeros(15);
 * request.attributes().string(IFLA_IFNAME, "eth0");
 * }</pre>
 *
 * <p>It may be sent more than once. Not thread safe.
 */
public final class NetlinkRequest {

    /** Of a new object: replace one that is there (NLM_F_REPLACE). */
    public static final int REPLACE = 0x100;
    /** Of a new object: refuse if there is one (NLM_F_EXCL). */
    public static final int EXCLUSIVE = 0x200;
    /** Of a new object: make it if there is none (NLM_F_CREATE). */
    public static final int CREATE = 0x400;
    /** Of a new object: behind those that are there (NLM_F_APPEND). */
    public static final int APPEND = 0x800;

    private final int type;
    private final int flags;
    private final AttributeEncoder body = new AttributeEncoder();

    /**
     * @param type of the message, the family's
     * @param flags {@link #CREATE} and its like, or 0
     */
    public NetlinkRequest(int type, int flags) {
        this.type = type;
        this.flags = flags;
    }

    /** What is asked. */
    public int type() {
        return type;
    }

    /** The flags it was made with. */
    public int flags() {
        return flags;
    }

    /** A byte of the fixed part. */
    public NetlinkRequest put8(int number) {
        body.room(1).put((byte) number);
        return this;
    }

    /** 16 bits of the fixed part. */
    public NetlinkRequest put16(int number) {
        body.room(2).putShort((short) number);
        return this;
    }

    /** 32 bits of the fixed part. */
    public NetlinkRequest put32(int number) {
        body.room(4).putInt(number);
        return this;
    }

    /** Zeros in the fixed part. */
    public NetlinkRequest zeros(int bytes) {
        body.room(bytes).put(new byte[bytes]);
        return this;
    }

    /** Where its attributes are written, behind the fixed part. */
    public AttributeEncoder attributes() {
        return body.raw(new byte[0]);
    }

    /** Fixed part and attributes, as they are sent behind the header. */
    public byte[] body() {
        return body.toBytes();
    }

    /**
     * Writes the whole message into a buffer in native byte order, from its position on.
     *
     * @param more flags beside its own
     * @return how many bytes
     */
    public int write(ByteBuffer into, int more, int sequence) {
        byte[] bytes = body();
        int length = MessageDecoder.HEADER + bytes.length;
        into.putInt(length)
                .putShort((short) type)
                .putShort((short) (flags | more))
                .putInt(sequence)
                .putInt(0);
        into.put(bytes);
        return length;
    }
}
