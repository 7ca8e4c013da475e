// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {

    @Test
    void isReadAsAPersonWritesIt() {
        assertThat(Selection.parse("any")).isEqualTo(Selection.any());
        assertThat(Selection.parse("")).isEqualTo(Selection.any());
        assertThat(Selection.parse(" 5 ")).isEqualTo(Selection.equal(5));
        assertThat(Selection.parse("<=5")).isEqualTo(Selection.upTo(5));
        assertThat(Selection.parse("!= 5")).isEqualTo(Selection.except(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"any", "7", "<=7", "!=7", "9223372036854775807"})
    void isWrittenAsItIsRead(String text) {
        assertThat(Selection.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "<=0", "all", "=5", "5,6", "9223372036854775808"})
    void whatNoMessageHasIsRefusedWithTheWordsThatAre(String text) {
        assertThatThrownBy(() -> Selection.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining("<=5");
    }

    @Test
    void anyHasNoType() {
        assertThatThrownBy(() -> new Selection(Selection.Rule.ANY, 5)).isInstanceOf(IllegalArgumentException.class);
    }
}
