// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ValueTest {

    private static Value value(Datum datum, String unit) {
        return new Value("x", datum, unit, Instant.EPOCH, 7, 0);
    }

    private static Value number(double number) {
        return value(new Datum.Decimal(number), "");
    }

    @Test
    void aNumberDiffersByMoreThanTheDeadband() {
        assertThat(number(1.5).differs(number(1), 0.5)).isFalse();
        assertThat(number(1.6).differs(number(1), 0.5)).isTrue();
        assertThat(number(0.4).differs(number(1), 0.5)).isTrue();
        assertThat(number(1.0001).differs(number(1), 0)).isTrue();
        assertThat(number(1).differs(number(1), 0)).isFalse();
        assertThat(number(Double.NaN).differs(number(1), 5)).isTrue();
        assertThat(number(Double.NaN).differs(number(Double.NaN), 5)).isFalse();
    }

    @Test
    void wholeNumbersThatADoubleCannotTellApartDiffer() {
        Value large = value(new Datum.Whole(1L << 60), "");
        assertThat(value(new Datum.Whole((1L << 60) + 1), "").differs(large, 0)).isTrue();
    }

    @Test
    void anotherUnitOrAnotherTextDiffersWhateverTheDeadband() {
        assertThat(value(new Datum.Whole(1), "K").differs(value(new Datum.Whole(1), "°C"), 10))
                .isTrue();
        assertThat(value(new Datum.Text("a"), "").differs(value(new Datum.Text("b"), ""), 10))
                .isTrue();
        assertThat(value(new Datum.Text("a"), "").differs(value(new Datum.Text("a"), ""), 0))
                .isFalse();
        assertThat(value(new Datum.Flag(true), "").differs(value(new Datum.Flag(false), ""), 10))
                .isTrue();
    }

    @Test
    void whatAPersonReads() {
        assertThat(value(new Datum.Decimal(45.25), "°C")).hasToString("45.25 °C");
        assertThat(number(1e-7)).hasToString("0.0000001");
        assertThat(number(100)).hasToString("100");
        assertThat(number(Double.NaN)).hasToString("NaN");
        assertThat(value(new Datum.Bytes(new byte[] {1, (byte) 0xab}), "")).hasToString("01ab");
        assertThat(value(new Datum.Flag(true), "")).hasToString("true");
    }

    @Test
    void eachKindIsAskedForWhatItIs() {
        assertThat(number(2.5).asLong()).isEqualTo(3);
        assertThat(value(new Datum.Flag(true), "").asDouble()).isEqualTo(1);
        assertThat(value(new Datum.Whole(0), "").asBoolean()).isFalse();
        assertThat(value(new Datum.Text("12"), "").asBytes()).containsExactly('1', '2');
        assertThatThrownBy(() -> value(new Datum.Text("12"), "").asLong()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> value(new Datum.Bytes(new byte[0]), "").asBoolean())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void bytesAreNobodyElses() {
        byte[] mine = {1, 2};
        Datum.Bytes datum = new Datum.Bytes(mine);
        mine[0] = 9;
        datum.asBytes()[1] = 9;
        datum.value()[1] = 9;
        assertThat(datum)
                .isEqualTo(new Datum.Bytes(new byte[] {1, 2}))
                .hasSameHashCodeAs(new Datum.Bytes(new byte[] {1, 2}));
    }

    @Test
    void aLossChangesNothingElse() {
        Value value = number(1);
        assertThat(value.withLost(0)).isSameAs(value);
        assertThat(value.withLost(3)).isEqualTo(new Value("x", new Datum.Decimal(1), "", Instant.EPOCH, 7, 3));
    }

    @Test
    void aMalformedValueSaysFileContentAndExpectation() {
        Path path = Path.of("/sys/x");
        assertThat(new MalformedValueException(path, "n/a", "an integer"))
                .hasMessage("/sys/x holds \"n/a\", expected an integer");
        assertThat(new MalformedValueException(path, "", "an integer"))
                .hasMessage("/sys/x is empty, expected an integer");
    }
}
