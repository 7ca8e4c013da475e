// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void textIsAlignedToTheLeftAndNumbersToTheRight() {
        assertThat(new Table("NAME", "VALUE", "STATE")
                        .row("lux", 4.5, "good")
                        .row("cpu-temp", "-", "")
                        .toString())
                .isEqualTo("""
                        NAME      VALUE  STATE
                        lux         4.5  good
                        cpu-temp      -  -""");
    }

    @Test
    void aRowOfAnotherLengthIsAProgrammingError() {
        assertThatThrownBy(() -> new Table("A", "B").row("a")).isInstanceOf(IllegalArgumentException.class);
    }
}
