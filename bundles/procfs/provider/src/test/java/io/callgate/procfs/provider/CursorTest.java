// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.procfs.MalformedProcException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CursorTest {

    private static Cursor at(String text) {
        return Texts.cursor("/proc/x", text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void numbersAreReadOverBlanks() throws Exception {
        Cursor cursor = at("  12\t0 9223372036854775807");
        assertThat(cursor.number()).isEqualTo(12);
        assertThat(cursor.number()).isZero();
        assertThat(cursor.number()).isEqualTo(Long.MAX_VALUE);
        assertThat(cursor.atEnd()).isTrue();
    }

    @Test
    void aNumberOf64BitsIsTheLargestOf63() throws Exception {
        assertThat(at("9223372036854775808").number()).isEqualTo(Long.MAX_VALUE);
        assertThat(at("18446744073709551615").number()).isEqualTo(Long.MAX_VALUE);
        assertThat(at("99999999999999999999999999").number()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aNumberInAnotherUnitThatDoesNotFitIsToldNotWrapped() throws Exception {
        assertThat(at("9007199254740991").number(1024)).isEqualTo(9007199254740991L * 1024);
        assertThatThrownBy(() -> at("9007199254740992").number(1024))
                .hasMessage("/proc/x line 1: expected a number that is possible, found \"9007199254740992\"");
        assertThatThrownBy(() -> at("2147483648").integer())
                .hasMessage("/proc/x line 1: expected a number below 2^31, found \"2147483648\"");
    }

    @Test
    void decimalsAndSecondsAreExact() throws Exception {
        assertThat(at("0.07").decimal()).isEqualTo(0.07);
        assertThat(at("12").decimal()).isEqualTo(12);
        assertThat(at("1340.56").seconds()).isEqualTo(Duration.ofMillis(1340560));
        assertThat(at("5.000000001").seconds()).isEqualTo(Duration.ofSeconds(5, 1));
        assertThat(at("5").seconds()).isEqualTo(Duration.ofSeconds(5));
        assertThatThrownBy(() -> at("1.0123456789").seconds()).hasMessageContaining("at most 9 decimals");
        assertThatThrownBy(() -> at("1.").decimal())
                .hasMessage("/proc/x line 1: expected a number, found the end of the file");
    }

    @Test
    void errorsNameTheLineAndWhatStandsThere() throws Exception {
        Cursor cursor = at("first\nsecond\n\u0007bell and much more text than is shown\n");
        cursor.nextLine();
        cursor.nextLine();
        assertThat(cursor.expected("a number"))
                .isInstanceOf(MalformedProcException.class)
                .hasMessage("/proc/x line 3: expected a number, found \"?bell and much more text\"");
        assertThat(at("\n").expected("a number")).hasMessageEndingWith("found the end of the line");
    }

    @Test
    void nothingIsReadBeyondTheEnd() throws Exception {
        Cursor cursor = new Cursor("/proc/x");
        cursor.set(ByteBuffer.wrap("12345".getBytes(StandardCharsets.US_ASCII)), 3);
        assertThat(cursor.skip("1234")).isFalse();
        assertThat(cursor.number()).isEqualTo(123);
        cursor.nextLine();
        assertThat(cursor.atEnd()).isTrue();
        assertThat(cursor.field()).isEmpty();
        assertThat(cursor.rest()).isEmpty();
    }

    @Test
    void fieldsMayBeEmptyAndTextIsUtf8() throws Exception {
        Cursor cursor = at("a  b\u00fc\nnext");
        assertThat(cursor.field()).isEqualTo("a");
        assertThat(cursor.field()).isEmpty();
        assertThat(cursor.field()).isEqualTo("b\u00fc");
        assertThat(cursor.atLineEnd()).isTrue();
        assertThat(cursor.field()).isEmpty();
        assertThatThrownBy(() -> cursor.skipFields(1)).hasMessageContaining("another field");
    }

    @Test
    void untilStaysInItsLine() throws Exception {
        assertThat(at("eth0: 1").until(':')).isEqualTo("eth0");
        assertThatThrownBy(() -> at("eth0\nlo: 1").until(':')).hasMessageContaining("expected \":\" in the line");
    }

    @Test
    void theLastOfACharacterIsFoundBehindEarlierOnes() throws Exception {
        Cursor cursor = at("1 (a) b) c) R");
        cursor.skipPastLast(')');
        assertThat(cursor.rest()).isEqualTo(" R");
        assertThatThrownBy(() -> at("abc").skipPastLast(')')).hasMessageContaining("expected \")\"");
    }
}
