// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantityTest {

    @ParameterizedTest
    @EnumSource(Quantity.class)
    void itsWordIsWhatAFilterAndAShellTake(Quantity quantity) {
        assertThat(quantity.word()).matches("[a-z]+(-[a-z]+)*");
        assertThat(Quantity.of(quantity.word())).contains(quantity);
    }

    @Test
    void whatNobodyMeasuresIsNone() {
        assertThat(Quantity.of("FAN_SPEED")).isEmpty();
        assertThat(Quantity.of("fan-speed")).contains(Quantity.FAN_SPEED);
    }

    @Test
    void anLedsStateIsReadableByAPerson() {
        assertThat(new LedState("none", 0, Duration.ZERO, Duration.ZERO)).hasToString("off");
        assertThat(new LedState("none", 12, Duration.ZERO, Duration.ZERO)).hasToString("12");
        assertThat(new LedState("heartbeat", 255, Duration.ZERO, Duration.ZERO)).hasToString("heartbeat");
        assertThat(new LedState("timer", 255, Duration.ofMillis(20), Duration.ofSeconds(1)))
                .hasToString("timer (20 ms on, 1000 ms off)");
    }
}
