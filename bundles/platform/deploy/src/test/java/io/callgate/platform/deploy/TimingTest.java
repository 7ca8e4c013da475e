// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimingTest {

    private final List<String> log = new ArrayList<>();

    @Test
    void aTimeInMillisecondsIsTaken() {
        Timing timing = Timing.of(Map.of(Timing.DELETION_PROPERTY, " 300 ")::get, new TestJournal(log));
        assertThat(timing.deletion()).isEqualTo(Duration.ofMillis(300));
        assertThat(timing.probation()).isEqualTo(Timing.DEFAULT.probation());
        assertThat(log).isEmpty();
    }

    @Test
    void aTimeWithAUnitIsNamedWithWhatIsExpected() {
        Timing timing = Timing.of(Map.of(Timing.PROBATION_PROPERTY, "2s")::get, new TestJournal(log));
        assertThat(timing).isEqualTo(Timing.DEFAULT);
        assertThat(log).singleElement().asString().contains(Timing.PROBATION_PROPERTY + " is \"2s\"", "5000");
    }
}
