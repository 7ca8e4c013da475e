// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaterTest {

    private final FakeLinux kernel = new FakeLinux();
    private final Later later = new Later(kernel, new FakeLog().logger());
    private final List<String> done = new ArrayList<>();

    private void millis(int millis) {
        kernel.advance(Duration.ofMillis(millis));
    }

    @Test
    void neverTooEarlyAndAtMostATickLate() {
        later.run(2000, () -> done.add("a"));
        millis(100);
        later.run(1000, () -> done.add("b"));
        millis(999);
        assertThat(done).isEmpty();
        millis(251);
        assertThat(done).containsExactly("b");
        millis(649);
        assertThat(done).containsExactly("b");
        millis(1);
        assertThat(done).containsExactly("b", "a");
    }

    @Test
    void oneTimerForAllAndNoneForNobody() {
        for (int i = 0; i < 1000; i++) {
            later.run(2000, () -> done.add("x"));
        }
        assertThat(kernel.registrations()).isEqualTo(1);
        millis(2250);
        assertThat(done).hasSize(1000);
        assertThat(kernel.registrations()).isZero();
        later.run(250, () -> later.run(250, () -> done.add("again")));
        millis(750);
        assertThat(done).endsWith("again").hasSize(1001);
        assertThat(kernel.registrations()).isZero();
    }

    @Test
    void closedItForgets() {
        later.run(250, () -> done.add("a"));
        later.close();
        later.run(250, () -> done.add("b"));
        millis(1000);
        assertThat(done).isEmpty();
        assertThat(kernel.registrations()).isZero();
    }
}
