// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.sysfs.MalformedValueException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTest {

    private static Content content(String text) {
        return Content.of(Path.of("/sys/x"), text);
    }

    @ParameterizedTest
    @CsvSource({
        "'0\n', 0",
        "'65536\n', 65536",
        "'  42 \n', 42",
        "'-7\n', -7",
        "'+7', 7",
        "'007', 7",
        "'0x1f\n', 31",
        "'0XFF', 255",
        "'-0x10', -16",
        "'0xffffffffffffffff', -1",
        "'9223372036854775807', 9223372036854775807",
        "'-9223372036854775808', -9223372036854775808"
    })
    void integers(String text, long expected) throws Exception {
        assertThat(content(text).integer()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "-",
                "+",
                "n/a",
                "1.5",
                "12 34",
                "1e3",
                "0x",
                "0xg",
                "--1",
                "0x10000000000000000",
                "9223372036854775808",
                "-9223372036854775809",
                "99999999999999999999",
                "1\u0663"
            })
    void noIntegers(String text) {
        assertThatThrownBy(() -> content(text).integer())
                .isInstanceOf(MalformedValueException.class)
                .hasMessageStartingWith("/sys/x ")
                .hasMessageContaining("expected an integer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0.0",
                "21.5\n",
                "-21.5",
                "+1",
                ".5",
                "5.",
                "0.000610351",
                "1e3",
                "1.5E-3",
                "1e+22",
                "123456789012345678901234567890",
                "0.1234567890123456789",
                "9007199254740993",
                "0.00000000000000000000000001",
                "4.35",
                "1e-400"
            })
    void decimalsAreRoundedAsTheLibraryDoes(String text) throws Exception {
        assertThat(content(text).decimal()).isEqualTo(Double.parseDouble(text.trim()));
    }

    @Test
    void anyDecimalIsRoundedAsTheLibraryDoes() throws Exception {
        Random random = new Random(4);
        for (int i = 0; i < 20_000; i++) {
            String text = String.format(
                    "%s%d.%0" + (1 + random.nextInt(20)) + "d",
                    random.nextBoolean() ? "-" : "",
                    random.nextInt(1 << (1 + random.nextInt(30))),
                    random.nextInt(1 << (1 + random.nextInt(30))));
            assertThat(content(text).decimal()).as(text).isEqualTo(Double.parseDouble(text));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "-",
                "NaN",
                "Infinity",
                "1,5",
                "1.2.3",
                "0x1p3",
                "1f",
                "e5",
                "1e",
                "1e+",
                "1e5x",
                "1e999"
            })
    void noDecimals(String text) {
        assertThatThrownBy(() -> content(text).decimal())
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("expected a decimal number");
    }

    @ParameterizedTest
    @CsvSource({
        "1, true",
        "0, false",
        "Y, true",
        "N, false",
        "y, true",
        "n, false",
        "on, true",
        "off, false",
        "'enabled\n', true",
        "disabled, false",
        "yes, true",
        "no, false",
        "true, true",
        "false, false"
    })
    void booleansAndTheWordsTheyAreWrittenIn(String text, boolean expected) throws Exception {
        Content content = content(text);
        assertThat(content.flag()).isEqualTo(expected);
        assertThat(content.words().word(expected)).isEqualTo(text.trim());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "10", "enable d", "up", "onoff"})
    void noBooleans(String text) {
        assertThatThrownBy(() -> content(text).flag())
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("expected a boolean");
    }

    @Test
    void textKeepsItsSpacesAndLinesButNotTheLastNewline() {
        assertThat(content(" a\nb \n").text()).isEqualTo(" a\nb ");
        assertThat(content("\n").text()).isEmpty();
        assertThat(content("Grüße\0").text()).isEqualTo("Grüße");
    }

    @Test
    void whatIsWrongIsShownOnOneLineAndShortened() {
        assertThatThrownBy(() -> content("one\ntwo").integer())
                .hasMessage("/sys/x holds \"one two\", expected an integer (decimal or 0x...)");
        assertThatThrownBy(() -> content("x".repeat(4096)).integer())
                .hasMessageContaining("x".repeat(40) + "...")
                .hasMessageNotContainingAny("x".repeat(41));
        assertThatThrownBy(() -> content("").integer()).hasMessageStartingWith("/sys/x is empty");
    }
}
