// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.service.component.ComponentException;

class SettingTest {

    private enum Pull {
        UP,
        PULL_DOWN
    }

    @Test
    void aWordIsAConstantInWhateverCase() throws Exception {
        assertThat(Setting.word("pull", () -> " Pull-Down ", Pull.values())).isEqualTo(Pull.PULL_DOWN);
        assertThatThrownBy(() -> Setting.word("pull", () -> "donw", Pull.values()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("pull \"donw\" is unknown (up, pull-down)");
        assertThat(Setting.word(TimeUnit.SECONDS)).isEqualTo("seconds");
    }

    @Test
    void aValueOfAnotherTypeIsASentence() {
        assertThatThrownBy(() -> Setting.value("bytes", () -> {
                    throw new ComponentException("no number");
                }))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("bytes has a value of the wrong type (no number)");
    }

    @Test
    void whatIsMissingIsASentenceOnlyWhereItIsRequired() throws Exception {
        assertThat(Setting.<String>value("path", () -> null)).isNull();
        assertThatThrownBy(() -> Setting.required("path", () -> null))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("path is missing, and has no default: set \"path\"");
    }

    @Test
    void numbersAreHeldAgainstTheirLimits() throws Exception {
        assertThat(Setting.number("bytes", () -> 4, 1, 4)).isEqualTo(4);
        assertThatThrownBy(() -> Setting.number("bytes", () -> 5, 1, 4))
                .hasMessage("bytes is 5, and it must be from 1 to 4");
        assertThatThrownBy(() -> Setting.number("bytes", () -> 0, 1, 4)).hasMessageContaining("from 1 to 4");
        assertThat(Setting.notNegative("bytes", () -> 0)).isZero();
        assertThatThrownBy(() -> Setting.notNegative("bytes", () -> -1)).hasMessage("bytes must not be negative: -1");
    }

    @Test
    void aModeIsOctal() throws Exception {
        assertThat(Setting.mode("mode", () -> "0640 ")).isEqualTo(0640);
        assertThat(Setting.mode("mode", () -> "600")).isEqualTo(0600);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-", "0680", "1777", ""})
    void whatIsNoModeIsASentence(String mode) {
        assertThatThrownBy(() -> Setting.mode("mode", () -> mode))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("mode \"" + mode + "\" is none: permission bits in octal, for example \"0660\"");
    }
}
