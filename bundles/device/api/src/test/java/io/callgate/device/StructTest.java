// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import static io.callgate.device.CType.S16;
import static io.callgate.device.CType.S8;
import static io.callgate.device.CType.U16;
import static io.callgate.device.CType.U32;
import static io.callgate.device.CType.U64;
import static io.callgate.device.CType.U8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.NativeBuffer;
import io.callgate.linux.testing.FakeLinux;
import org.junit.jupiter.api.Test;

class StructTest {

    private static final StructLayout POINT =
            StructLayout.struct("point").field("x", S16).field("y", U16).build();
    private static final StructLayout SHAPE = StructLayout.struct("shape")
            .field("kind", U8)
            .field("corners", POINT, 3)
            .field("name", U8, 8)
            .field("area", U64)
            .field("colour", U32)
            .field("tilt", S8)
            .build();

    private final NativeBuffer buffer = new FakeLinux().allocate(64);
    private final Struct shape = SHAPE.at(buffer, 8);

    @Test
    void valuesComeBackAndNothingElseChanges() {
        shape.set("corners[1].x", -2).set("corners[1].y", 65535).set("area", -1).set("tilt", -128);
        assertThat(shape.get("corners[1].x")).isEqualTo(-2);
        assertThat(shape.get("corners[1].y")).isEqualTo(65535);
        assertThat(Long.toUnsignedString(shape.get("area"))).isEqualTo("18446744073709551615");
        assertThat(shape.get("tilt")).isEqualTo(-128);
        assertThat(shape.get("corners[0].x")).isZero();
        assertThat(shape.get("corners[2].x")).isZero();
        assertThat(buffer.bytes().getShort(8 + 2 + 4)).isEqualTo((short) -2);
        assertThat(shape.set("colour", 0xffff_ffffL).get("colour")).isEqualTo(0xffff_ffffL);
    }

    @Test
    void aValueThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> shape.set("kind", 256)).hasMessage("kind is U8 and cannot hold 256");
        assertThatThrownBy(() -> shape.set("kind", -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shape.set("tilt", 128)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shape.set("corners[0].x", -32769)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shape.set("colour", 1L << 32)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textEndsAtItsNulAndFitsWithIt() {
        assertThat(shape.setText("name", "näme").text("name")).isEqualTo("näme");
        shape.setText("name", "1234567");
        assertThat(shape.setText("name", "x").bytes("name")).containsExactly('x', 0, 0, 0, 0, 0, 0, 0);
        assertThatThrownBy(() -> shape.setText("name", "12345678")).hasMessage("name has room for 8 bytes, not 9");
        assertThat(shape.setBytes("name", "12345678".getBytes()).text("name")).isEqualTo("12345678");
    }

    @Test
    void aFieldIsFoundAsInCOrSaidNotToBe() {
        assertThat(SHAPE.field("corners[2].y").offset()).isEqualTo(2 + 2 * 4 + 2);
        assertThat(SHAPE.field("corners").size()).isEqualTo(12);
        assertThatThrownBy(() -> SHAPE.field("color"))
                .hasMessage("shape has no field color (it has [kind, corners, name, area, colour, tilt])");
        for (String wrong : new String[] {
            "corners[3]", "corners[-1].x", "corners[a]", "corners[1", "kind[0]", "corners.x", "kind.x", ""
        }) {
            assertThatThrownBy(() -> SHAPE.field(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> shape.get("corners")).hasMessageContaining("corners has 12 bytes: name one element");
    }

    @Test
    void aLayoutThatCDoesNotKnowIsRefused() {
        StructLayout.Builder builder = StructLayout.struct("x").field("a", U8);
        assertThatThrownBy(() -> builder.field("a", U8)).hasMessage("x has two fields a");
        assertThatThrownBy(() -> builder.field("b[1]", U8)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.field("c", U8, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStructureLiesWithinItsBuffer() {
        assertThat(SHAPE.at(buffer, 64 - SHAPE.size())).isNotNull();
        assertThatThrownBy(() -> SHAPE.at(buffer, 65 - SHAPE.size())).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
