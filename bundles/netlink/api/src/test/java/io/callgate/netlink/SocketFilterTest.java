// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.netlink.SocketFilter.Instruction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SocketFilterTest {

    /** As the kernel runs it: what was taken, and where. False if it is refused. */
    private static boolean accepts(SocketFilter filter, ByteBuffer datagram) {
        List<Instruction> program = filter.instructions();
        ByteBuffer wire = datagram.duplicate().order(ByteOrder.BIG_ENDIAN);
        int taken = 0;
        for (int at = 0; ; at++) {
            Instruction one = program.get(at);
            int bytes = one.code() == 0x30 ? 1 : one.code() == 0x28 ? 2 : one.code() == 0x20 ? 4 : 0;
            if (bytes > 0 && one.constant() + bytes > datagram.limit()) {
                return false;
            }
            switch (one.code()) {
                case 0x30 -> taken = Byte.toUnsignedInt(wire.get(one.constant()));
                case 0x28 -> taken = Short.toUnsignedInt(wire.getShort(one.constant()));
                case 0x20 -> taken = wire.getInt(one.constant());
                case 0x54 -> taken &= one.constant();
                case 0x15 -> at += taken == one.constant() ? one.then() : one.otherwise();
                case 0x45 -> at += (taken & one.constant()) != 0 ? one.then() : one.otherwise();
                case 0x06 -> {
                    return one.constant() != 0;
                }
                default -> throw new AssertionError(one);
            }
        }
    }

    private static ByteBuffer message(int type, int sequence) {
        return ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .putInt(0, 20)
                .putShort(4, (short) type)
                .putInt(8, sequence)
                .put(16, (byte) 3);
    }

    @Test
    void messagesAreChosenByTheirType() {
        SocketFilter links = SocketFilter.types(16, 17, 0x1234);
        for (int type = 0; type < 0x10000; type++) {
            assertThat(accepts(links, message(type, 1)))
                    .as("type %d", type)
                    .isEqualTo(type <= 4 || type == 16 || type == 17 || type == 0x1234);
        }
        assertThat(accepts(links, ByteBuffer.allocate(4))).as("too short").isFalse();
    }

    @Test
    void manyTypesAreWithinAJump() {
        int[] types = IntStream.range(100, 350).toArray();
        SocketFilter many = SocketFilter.types(types);
        assertThat(accepts(many, message(100, 1))).isTrue();
        assertThat(accepts(many, message(349, 1))).isTrue();
        assertThat(accepts(many, message(350, 1))).isFalse();
        assertThatThrownBy(() -> SocketFilter.types(new int[251])).hasMessageContaining("at most 250");
    }

    @Test
    void aProgramIsWhatItSays() {
        SocketFilter filter = SocketFilter.of(
                SocketFilter.load32(8),
                SocketFilter.ifEqual(SocketFilter.inNetworkOrder32(7), 0, 3),
                SocketFilter.load8(16),
                SocketFilter.and(0x0f),
                SocketFilter.ifAny(1, 1, 0),
                SocketFilter.REFUSE,
                SocketFilter.ACCEPT);
        assertThat(accepts(filter, message(16, 7))).isTrue();
        assertThat(accepts(filter, message(16, 8))).isFalse();
        assertThat(accepts(filter, message(16, 7).put(16, (byte) 2))).isFalse();

        ByteBuffer bytes = ByteBuffer.allocate(7 * 8).order(ByteOrder.nativeOrder());
        filter.write(bytes);
        assertThat(bytes.getShort(8)).isEqualTo((short) 0x15);
        assertThat(bytes.get(10)).isZero();
        assertThat(bytes.get(11)).isEqualTo((byte) 3);
        assertThat(bytes.getInt(12)).isEqualTo(SocketFilter.inNetworkOrder32(7));
    }

    @Test
    void whatCannotBeAnInstructionIsRefused() {
        assertThatThrownBy(() -> SocketFilter.ifEqual(1, 256, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(SocketFilter::of).hasMessageContaining("1 to 4096");
    }
}
