// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and numbers, as kill(1) has them. */
class SignalTest {

    @ParameterizedTest
    @CsvSource({
        "USR1, 10",
        "SIGUSR1, 10",
        "usr1, 10",
        "10, 10",
        "SIGHUP, 1",
        "SYS, 31",
        "IO, 29",
        "POLL, 29",
        "RTMIN, 34",
        "RTMIN+3, 37",
        "SIGRTMIN+15, 49",
        "RTMAX-1, 63",
        "RTMAX, 64",
        "64, 64",
        "33, 33"
    })
    void aPersonWritesItInManyWays(String text, int number) {
        assertThat(Signal.parse(text).number()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SIG", "USR3", "0", "65", "RTMIN+31", "RTMIN-1", "RTMAX-40", "RTMAX+1", "RTMINX", "-9"})
    void whatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> Signal.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\" is no signal");
    }

    @Test
    void everyNameIsItsOwnNumberAgain() {
        for (int number = 1; number <= Signal.RTMAX; number++) {
            assertThat(Signal.parse(new Signal(number).name()).number()).isEqualTo(number);
        }
    }

    @Test
    void theFirst31AreStandardSignals() {
        assertThat(new Signal(31).isRealTime()).isFalse();
        assertThat(new Signal(34).isRealTime()).isTrue();
        assertThat(new Signal(34)).hasToString("SIGRTMIN");
        assertThat(new Signal(50)).hasToString("SIGRTMAX-14");
    }
}
