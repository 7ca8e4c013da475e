// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NewestLinesTest {

    private static final int MOST = 256;

    private final NewestLines lines = new NewestLines(MOST);

    @Test
    void aTerminalThatDoesNotKeepUpLosesTheOldestLinesAndIsToldHowMany() throws Exception {
        for (int i = 0; i < MOST + 10; i++) {
            lines.add("line " + i);
        }
        lines.end("");
        assertThat(lines.next()).startsWith("10 lines were lost");
        for (int i = 10; i < MOST + 10; i++) {
            assertThat(lines.next()).isEqualTo("line " + i);
        }
        assertThat(lines.next()).isNull();
    }

    @Test
    void afterTheEndOnlyItsReasonComes() throws Exception {
        lines.end("the last");
        lines.add("too late");
        assertThat(lines.next()).isEqualTo("the last");
        assertThat(lines.next()).isNull();
        assertThat(lines.rest()).isEmpty();
    }
}
