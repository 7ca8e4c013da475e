// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void numbersAreRightAndWordsLeft() {
        assertThat(new Table("NAME", "COUNT", "WHY")
                        .row("a", 7, "because of it")
                        .row("long", 12345, "")
                        .toString())
                .isEqualTo("""
                        NAME  COUNT  WHY
                        a         7  because of it
                        long  12345  -""");
    }

    @Test
    void aTableWithoutRowsIsItsHeadings() {
        assertThat(new Table("NAME", "STATE")).hasToString("NAME  STATE");
        assertThatThrownBy(() -> new Table("A").row(1, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
