// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StatusScreenTest {

    @Test
    void theUptimeHasTwoUnitsAtMost() {
        assertThat(StatusScreen.words(Duration.ofSeconds(7))).isEqualTo("7 s");
        assertThat(StatusScreen.words(Duration.ofSeconds(192))).isEqualTo("3 min 12 s");
        assertThat(StatusScreen.words(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
        assertThat(StatusScreen.words(Duration.ofHours(49))).isEqualTo("2 d 1 h");
    }
}
