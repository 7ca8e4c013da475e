// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.sysfs.Datum;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecTest {

    private static final Codec PLAIN = new Codec(Type.INTEGER, 1, 0);
    private static final Codec MILLI = new Codec(Type.INTEGER, 0.001, 0);

    private static Content content(String text) {
        return Content.of(Path.of("/sys/x"), text);
    }

    private static String text(byte[] written) {
        return new String(written, StandardCharsets.UTF_8);
    }

    @Test
    void aWholeNumberThatIsNotScaledIsExact() throws Exception {
        String big = "9007199254740993"; // no double holds it
        assertThat(PLAIN.datum(content(big))).isEqualTo(new Datum.Whole(9007199254740993L));
        assertThat(PLAIN.asLong(content(big))).isEqualTo(9007199254740993L);
        assertThat(text(PLAIN.encode(9007199254740993L, BooleanWords.DIGITS))).isEqualTo(big);
        assertThat(text(PLAIN.encode("0x7fffffffffffffff", BooleanWords.DIGITS)))
                .isEqualTo("9223372036854775807");
    }

    @Test
    void aDecimalScaleGivesTheNearestNumberAndNotANeighbour() throws Exception {
        for (int raw = -100_000; raw <= 100_000; raw++) {
            Content content = content(Integer.toString(raw));
            assertThat(MILLI.asDouble(content)).isEqualTo(Double.parseDouble(raw + "e-3"));
        }
        assertThat(MILLI.datum(content("45123")).asText()).isEqualTo("45.123");
    }

    @Test
    void scaleAndOffsetAreAppliedInThisOrderAndUndoneForAWrite() throws Exception {
        Codec codec = new Codec(Type.INTEGER, 0.5, -10);
        assertThat(codec.datum(content("50"))).isEqualTo(new Datum.Decimal(15));
        assertThat(codec.asLong(content("51"))).isEqualTo(16); // 15.5, rounded
        assertThat(text(codec.encode(15.0, BooleanWords.DIGITS))).isEqualTo("50");
        assertThat(text(codec.encode(15L, BooleanWords.DIGITS))).isEqualTo("50");
        assertThat(text(codec.encode("15.2", BooleanWords.DIGITS))).isEqualTo("50");
        assertThat(text(new Codec(Type.DECIMAL, 100, 0).encode(1.5, BooleanWords.DIGITS)))
                .isEqualTo("0.015");
    }

    @Test
    void writesOfWhatDoesNotFitAreRefused() {
        assertThatThrownBy(() -> PLAIN.encode(1e19, BooleanWords.DIGITS)).hasMessageContaining("64 bits");
        assertThatThrownBy(() -> PLAIN.encode(0x1p63, BooleanWords.DIGITS)).hasMessageContaining("64 bits");
        assertThatThrownBy(() -> PLAIN.encode(Double.NaN, BooleanWords.DIGITS)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> PLAIN.encode("ten", BooleanWords.DIGITS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the value holds \"ten\", expected an integer (decimal or 0x...)");
        assertThat(text(PLAIN.encode(-0x1p63, BooleanWords.DIGITS))).isEqualTo("-9223372036854775808");
    }

    @Test
    void aBooleanIsWrittenInTheWordsItWasReadIn() throws Exception {
        Codec codec = new Codec(Type.BOOLEAN, 1, 0);
        Content content = content("enabled\n");
        assertThat(codec.datum(content)).isEqualTo(new Datum.Flag(true));
        assertThat(codec.asLong(content)).isEqualTo(1);
        assertThat(text(codec.encode("off", content.words()))).isEqualTo("disabled");
        assertThat(text(codec.encode(1L, content.words()))).isEqualTo("enabled");
        assertThatThrownBy(() -> codec.encode(2L, content.words())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textAndBytes() throws Exception {
        Codec text = new Codec(Type.STRING, 1, 0);
        Codec bytes = new Codec(Type.BYTES, 1, 0);
        assertThat(text.datum(content("eth0\n"))).isEqualTo(new Datum.Text("eth0"));
        assertThat(bytes.datum(content("ab\n"))).isEqualTo(new Datum.Bytes(new byte[] {'a', 'b', '\n'}));
        assertThat(bytes.encode("00ff", BooleanWords.DIGITS)).containsExactly(0, 0xff);
        assertThatThrownBy(() -> bytes.encode("0f0", BooleanWords.DIGITS)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Type.class,
            names = {"STRING", "BYTES"})
    void whatIsNoNumberSaysSo(Type type) {
        Codec codec = new Codec(type, 1, 0);
        assertThatThrownBy(() -> codec.asLong(content("1"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> codec.asDouble(content("1"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> codec.encode(1L, BooleanWords.DIGITS)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theHotPathSaysWhatTheValueSays() throws Exception {
        for (Codec codec : new Codec[] {PLAIN, MILLI, new Codec(Type.DECIMAL, 3, 0.25)}) {
            for (String raw : new String[] {"0", "1499", "1500", "-1500", "-1501", "123456789"}) {
                Datum datum = codec.datum(content(raw));
                assertThat(codec.asLong(content(raw))).isEqualTo(datum.asLong());
                assertThat(codec.asDouble(content(raw))).isEqualTo(datum.asDouble());
            }
        }
    }
}
