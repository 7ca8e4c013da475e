// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.KeptHandles.KeepAlive;
import io.callgate.linux.KeptHandles.WriteAction;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeptHandlesTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final WriteAction FEED = new WriteAction(new byte[] {0});

    @Test
    void aKeepAliveHasAnInterval() {
        assertThat(new KeepAlive(FEED, Duration.ofNanos(1), MINUTE).interval()).isPositive();
        assertThatThrownBy(() -> new KeepAlive(FEED, Duration.ZERO, MINUTE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("interval");
        assertThatThrownBy(() -> new KeepAlive(FEED, Duration.ofSeconds(-1), MINUTE))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
