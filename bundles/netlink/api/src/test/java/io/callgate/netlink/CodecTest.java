// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders and decoders, as an application uses them. */
class CodecTest {

    private static AttributeDecoder decoded(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        return new AttributeDecoder().wrap(buffer, 0, bytes.length);
    }

    private static AttributeDecoder decoded(AttributeEncoder encoder) throws NetlinkFormatException {
        AttributeDecoder decoder = decoded(encoder.toBytes());
        assertThat(decoder.next()).isTrue();
        return decoder;
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        AttributeDecoder attributes = decoded(new AttributeEncoder()
                .u8(1, 200)
                .u16(2, 40_000)
                .u32(3, 3_000_000_000L)
                .u64(4, -5)
                .be16(5, 0x1234)
                .be32(6, 0x12345678)
                .string(7, "ä")
                .bytes(8, new byte[] {1, 2, 3})
                .flag(9)
                .marked32(10, 7)
                .toBytes());
        List<Object> read = new ArrayList<>();
        while (attributes.next()) {
            read.add(
                    switch (attributes.type()) {
                        case 1 -> attributes.u8();
                        case 2 -> attributes.u16();
                        case 3 -> attributes.u32();
                        case 4 -> attributes.u64();
                        case 5 -> attributes.be16();
                        case 6 -> attributes.be32();
                        case 7 -> attributes.string();
                        case 8 -> attributes.bytes().length;
                        case 9 -> attributes.length();
                        default -> attributes.isNetworkOrder();
                    });
        }
        assertThat(read).containsExactly(200, 40_000, 3_000_000_000L, -5L, 0x1234, 0x12345678, "ä", 3, 0, true);
    }

    @Test
    void attributesAreOnTheWireAsTheKernelHasThem() {
        byte[] bytes = new AttributeEncoder()
                .begin(0x12)
                .string(1, "veth")
                .end()
                .be16(3, 0x0102)
                .toBytes();
        ByteBuffer wire = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        assertThat(bytes).hasSize(4 + 12 + 8);
        assertThat(wire.getShort(0)).isEqualTo((short) 16);
        assertThat(wire.getShort(2)).as("NLA_F_NESTED").isEqualTo((short) (0x8000 | 0x12));
        assertThat(wire.getShort(4)).as("with the NUL, without the padding").isEqualTo((short) 9);
        assertThat(new String(bytes, 8, 4, StandardCharsets.US_ASCII)).isEqualTo("veth");
        assertThat(bytes[20]).isEqualTo((byte) 1);
        assertThat(bytes[21]).isEqualTo((byte) 2);
    }

    @Test
    void anArrayIsNestedAttributes() throws Exception {
        AttributeEncoder encoder = new AttributeEncoder().begin(7);
        for (int i = 0; i < 300; i++) { // more than it has room for at first
            encoder.begin(i).u32(1, i * 10).end();
        }
        AttributeDecoder array = decoded(encoder.end()).nested();
        int next = 0;
        while (array.next()) {
            AttributeDecoder element = array.nested();
            assertThat(array.type()).isEqualTo(next);
            assertThat(element.next()).isTrue();
            assertThat(element.u32()).isEqualTo(next++ * 10L);
        }
        assertThat(next).isEqualTo(300);
    }

    @Test
    void whatIsShorterThanItsTypeIsRefused() throws Exception {
        AttributeDecoder two = decoded(new AttributeEncoder().u16(1, 5));
        assertThatThrownBy(two::u32)
                .isInstanceOf(NetlinkFormatException.class)
                .hasMessage("attribute 1 has 2 bytes, needed are 4 at 0");
        assertThatThrownBy(() -> two.be64At(Integer.MAX_VALUE)).isInstanceOf(NetlinkFormatException.class);
        assertThatThrownBy(() -> IpAddress.of(two)).isInstanceOf(NetlinkFormatException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 9, 0xffff})
    void aLengthThatCannotBeIsRefused(int length) {
        byte[] bytes = new AttributeEncoder().u32(1, 5).toBytes();
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putShort(0, (short) length);
        assertThatThrownBy(() -> decoded(bytes).next()).isInstanceOf(NetlinkFormatException.class);
    }

    @Test
    void theLastAttributeNeedsNoPadding() throws Exception {
        byte[] bytes = new AttributeEncoder().u8(1, 5).toBytes();
        AttributeDecoder attributes =
                new AttributeDecoder().wrap(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0, 5);
        assertThat(attributes.next()).isTrue();
        assertThat(attributes.u8()).isEqualTo(5);
        assertThat(attributes.next()).isFalse();
    }

    @Test
    void misuseOfTheEncoderIsSaid() {
        assertThatThrownBy(() -> new AttributeEncoder().end()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new AttributeEncoder().begin(1).toBytes()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new AttributeEncoder().bytes(1, new byte[0x10000]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AttributeDecoder().u8()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void messagesFollowEachOther() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(200).order(ByteOrder.nativeOrder());
        NetlinkRequest request =
                new NetlinkRequest(18, NetlinkRequest.CREATE).put8(2).zeros(15);
        request.attributes().string(3, "lo");
        int first = request.write(buffer, 1, 11);
        int second = new NetlinkRequest(20, 0).put32(77).write(buffer, 1, 12);
        MessageDecoder message = new MessageDecoder().wrap(buffer, 0, first + second);
        assertThat(message.next()).isTrue();
        assertThat(message.type()).isEqualTo(18);
        assertThat(message.flags()).isEqualTo(NetlinkRequest.CREATE | 1);
        assertThat(message.sequence()).isEqualTo(11);
        AttributeDecoder attributes = message.attributes(16);
        assertThat(attributes.next()).isTrue();
        assertThat(attributes.string()).isEqualTo("lo");
        assertThat(message.next()).isTrue();
        assertThat(message.s32At(0)).isEqualTo(77);
        assertThatThrownBy(() -> message.s32At(1)).isInstanceOf(NetlinkFormatException.class);
        assertThatThrownBy(() -> message.attributes(8)).isInstanceOf(NetlinkFormatException.class);
        assertThat(message.next()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 25, Integer.MAX_VALUE, -1})
    void aMessageThatIsLongerThanItsPartIsRefused(int length) {
        ByteBuffer buffer = ByteBuffer.allocate(200).order(ByteOrder.nativeOrder());
        int whole = new NetlinkRequest(18, 0).zeros(8).write(buffer, 1, 11);
        buffer.putInt(0, length);
        MessageDecoder message = new MessageDecoder().wrap(buffer, 0, whole);
        assertThatThrownBy(message::next).isInstanceOf(NetlinkFormatException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1,10.0.0.1",
        "::,::",
        "::1,::1",
        "fe80:0:0:0:1:0:0:2,fe80::1:0:0:2",
        "1:0:2:0:0:3:0:0,1:0:2::3:0:0",
        "::ffff:1.2.3.4,::ffff:1.2.3.4",
        "1:2:3:4:5:6:7:8,1:2:3:4:5:6:7:8",
        "2001:DB8::A,2001:db8::a",
        "1::,1::",
        "0:0:1::,0:0:1::",
        "::1.2.3.4,::1.2.3.4",
        "1:2:3:4:5:6:0:8,1:2:3:4:5:6:0:8"
    })
    void addressesAreWrittenAsTheCLibraryDoes(String text, String written) {
        assertThat(IpAddress.of(text)).hasToString(written).isEqualTo(IpAddress.of(written));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "+1.1.1.1",
                "1:2:3",
                "1:2:3:4:5:6:7:8:9",
                "::1::",
                "12345::",
                "g::",
                "1.2.3.4::",
                ":::",
                "1:2:3:4:5:6:7::8",
                ":1"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> IpAddress.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no IP address: \"" + text + "\"");
    }

    private static byte[] kernel(String head, String... variables) {
        return (head + "\0" + String.join("\0", variables) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aUeventIsItsVariables() {
        byte[] message = kernel(
                "add@/devices/x", "ACTION=add", "DEVPATH=/devices/x", "SUBSYSTEM=net", "SEQNUM=42", "EMPTY=", "A=b=c");
        Uevent event = UeventParser.kernel(message, message.length).orElseThrow();
        assertThat(event.action()).isEqualTo("add");
        assertThat(event.sequence()).isEqualTo(42);
        assertThat(event.synthetic()).isFalse();
        assertThat(event.variables())
                .containsEntry("EMPTY", "")
                .containsEntry("A", "b=c")
                .hasSize(6);
        assertThat(UeventParser.kernel(message, 20)).as("cut").isEmpty();
    }

    @Test
    void syntheticOnesAreMarkedAndEscapesRefused() {
        byte[] synthetic = kernel("change@/x", "ACTION=change", "DEVPATH=/x", "SUBSYSTEM=net", "SYNTH_UUID=0");
        assertThat(UeventParser.kernel(synthetic, synthetic.length))
                .hasValueSatisfying(event -> assertThat(event.synthetic()).isTrue());
        byte[] escaping = kernel("change@/x", "ACTION=change", "DEVPATH=/x/../../etc", "SUBSYSTEM=net");
        assertThat(UeventParser.kernel(escaping, escaping.length)).isEmpty();
        byte[] number =
                kernel("change@/x", "ACTION=change", "DEVPATH=/x", "SUBSYSTEM=net", "SEQNUM=99999999999999999999");
        assertThat(UeventParser.kernel(number, number.length).orElseThrow().sequence())
                .isEqualTo(-1);
    }
}
