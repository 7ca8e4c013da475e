// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A classic BPF program that decides in the kernel which datagrams a socket gets: an immutable list of instructions. What it
 * refuses costs no copy, no wake-up and no room in the buffer, and is not reported as a loss.
 *
 * <p>It sees a datagram from its first netlink header on, and decides for the whole of it: events come one to a datagram, the
 * answer to a dump in many messages each, so filter what is listened to, and leave lists to the kernel's own filters.
 *
 * <pre>{@code
 * subscription.filter(SocketFilter.types(RTM_NEWLINK, RTM_DELLINK));     // no addresses, whatever groups are joined
 *
 * subscription.filter(SocketFilter.of(                                   // the genetlink header's command is 3
 *         SocketFilter.load8(16),
 *         SocketFilter.ifEqual(3, 0, 1),
 *         SocketFilter.ACCEPT,
 *         SocketFilter.REFUSE));
 * }</pre>
 *
 * @see <a href="https://docs.kernel.org/networking/filter.html">Linux Socket Filtering</a>
 */
public final class SocketFilter {

    /**
     * One instruction.
     *
     * @param code what it does (BPF_LD, BPF_JMP, ...)
     * @param then how many instructions a jump passes over if its condition holds
     * @param otherwise and if it does not
     * @param constant its number, 32 bits
     */
    public record Instruction(int code, int then, int otherwise, int constant) {

        /** Jumps pass over at most 255 instructions. */
        public Instruction {
            if (code < 0 || code > 0xffff || then < 0 || then > 0xff || otherwise < 0 || otherwise > 0xff) {
                throw new IllegalArgumentException(
                        "no instruction: code " + code + ", jumps " + then + ", " + otherwise);
            }
        }
    }

    /** Bytes of an instruction. */
    public static final int INSTRUCTION_BYTES = 8;

    /** Lets everything in: what a socket has at the start. */
    public static final SocketFilter NONE = new SocketFilter(List.of());

    /** Lets the datagram in, and ends. */
    public static final Instruction ACCEPT = new Instruction(0x06, 0, 0, -1);

    /** Refuses the datagram, and ends. */
    public static final Instruction REFUSE = new Instruction(0x06, 0, 0, 0);

    private static final int MOST = 4096;
    private static final int TYPE_AT = 4;
    private static final int FIRST_OF_A_FAMILY = 16;

    private final List<Instruction> instructions;

    private SocketFilter(List<Instruction> instructions) {
        this.instructions = instructions;
    }

    /** A program; every way through it ends with {@link #ACCEPT} or {@link #REFUSE}, which the kernel checks. */
    public static SocketFilter of(Instruction... program) {
        if (program.length == 0 || program.length > MOST) {
            throw new IllegalArgumentException("a program of " + program.length + " instructions, 1 to 4096 may be");
        }
        return new SocketFilter(List.of(program));
    }

    /** Lets in what begins with a message of one of these types; acknowledgements, errors and ends of dumps always. */
    public static SocketFilter types(int... types) {
        if (types.length > 250) {
            throw new IllegalArgumentException(types.length + " types, at most 250 may be");
        }
        List<Integer> wanted = new ArrayList<>();
        for (int control = 0; control <= MessageDecoder.OVERRUN; control++) {
            wanted.add(control);
        }
        Arrays.stream(types).filter(type -> type >= FIRST_OF_A_FAMILY).forEach(wanted::add);
        List<Instruction> program = new ArrayList<>(List.of(load16(TYPE_AT)));
        for (int i = 0; i < wanted.size(); i++) {
            program.add(ifEqual(inNetworkOrder16(wanted.get(i)), wanted.size() - i, 0));
        }
        program.add(REFUSE);
        program.add(ACCEPT);
        return new SocketFilter(List.copyOf(program));
    }

    /** Takes a byte of the datagram; beyond its end the datagram is refused. */
    public static Instruction load8(int offset) {
        return new Instruction(0x30, 0, 0, offset);
    }

    /** Takes 16 bits, in network order: compare them with {@link #inNetworkOrder16} of a number of netlink's. */
    public static Instruction load16(int offset) {
        return new Instruction(0x28, 0, 0, offset);
    }

    /** Takes 32 bits, in network order: compare them with {@link #inNetworkOrder32} of a number of netlink's. */
    public static Instruction load32(int offset) {
        return new Instruction(0x20, 0, 0, offset);
    }

    /** Keeps only those bits of what was taken. */
    public static Instruction and(int bits) {
        return new Instruction(0x54, 0, 0, bits);
    }

    /** Passes over so many instructions if what was taken is this number, and over others if it is not. */
    public static Instruction ifEqual(int number, int then, int otherwise) {
        return new Instruction(0x15, then, otherwise, number);
    }

    /** Passes over so many instructions if what was taken has one of these bits, and over others if it has none. */
    public static Instruction ifAny(int bits, int then, int otherwise) {
        return new Instruction(0x45, then, otherwise, bits);
    }

    /** What {@link #load16} takes where a message has this number, in the machine's order. */
    public static int inNetworkOrder16(int number) {
        short bits = (short) number;
        return Short.toUnsignedInt(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? bits : Short.reverseBytes(bits));
    }

    /** What {@link #load32} takes where a message has this number, in the machine's order. */
    public static int inNetworkOrder32(int number) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? number : Integer.reverseBytes(number);
    }

    /** How it is done, in order; none for {@link #NONE}. */
    public List<Instruction> instructions() {
        return instructions;
    }

    /** Writes it as struct sock_filter into a buffer in native byte order, from its beginning. */
    public void write(ByteBuffer into) {
        for (int i = 0; i < instructions.size(); i++) {
            Instruction one = instructions.get(i);
            into.putShort(INSTRUCTION_BYTES * i, (short) one.code)
                    .put(INSTRUCTION_BYTES * i + 2, (byte) one.then)
                    .put(INSTRUCTION_BYTES * i + 3, (byte) one.otherwise)
                    .putInt(INSTRUCTION_BYTES * i + 4, one.constant);
        }
    }
}
