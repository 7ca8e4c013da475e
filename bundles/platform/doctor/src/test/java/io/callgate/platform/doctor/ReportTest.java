// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    Path root;

    private static Need need(String name, Finding finding, boolean optional) {
        return new Need(name, "something", machine -> finding, "mend " + name, optional);
    }

    private Report report(Needs... needs) {
        return Report.on(new FakeMachine(root).machine(), Arrays.asList(needs), List.of());
    }

    private boolean healthyWith(State state, boolean optional) {
        return report(new Needs("m", List.of(need("n", Finding.of(state), optional))))
                .isHealthy();
    }

    @Test
    void onlyAMandatoryNeedThatIsSurelyNotMetIsAFault() {
        for (State fault : List.of(State.ABSENT, State.NOT_PERMITTED, State.LIMIT_TOO_LOW)) {
            assertThat(healthyWith(fault, false)).as("%s", fault).isFalse();
            assertThat(healthyWith(fault, true)).as("optional, %s", fault).isTrue();
        }
        assertThat(healthyWith(State.PRESENT, false)).isTrue();
        assertThat(healthyWith(State.UNKNOWN, false)).isTrue();
    }

    @Test
    void aNeedsFileThatCannotBeReadIsAFaultAndALine() {
        Report report = new Report(List.of(), List.of("some.jar: broken"));
        assertThat(report.isHealthy()).isFalse();
        assertThat(report.toString()).endsWith("\nsome.jar: broken");
    }

    @Test
    void theTableIsAlignedAndSaysWhatMends() {
        Report report = report(
                new Needs("sysfs", List.of(need("root", Finding.of(State.PRESENT), false))),
                new Needs(
                        "mqueue",
                        List.of(
                                need("limit", Finding.of(State.LIMIT_TOO_LOW, "1 of 2"), false),
                                need("mounted", Finding.of(State.ABSENT), true))));
        assertThat(report).hasToString("""
                        MECHANISM  NEED     STATE                   MEND
                        mqueue     limit    limit too low (1 of 2)  something: mend limit
                        mqueue     mounted  absent, optional        something: mend mounted
                        sysfs      root     present                 -""");
    }

    @Test
    void aNeedThatTwoBundlesOfAMechanismHaveIsOneRow() {
        Need shared = need("n", Finding.of(State.PRESENT), false);
        assertThat(report(new Needs("m", List.of(shared)), new Needs("m", List.of(shared)))
                        .rows())
                .hasSize(1);
    }

    @Test
    void onlyTheNamedMechanismsAreShown() {
        Report report = report(
                new Needs("procfs", List.of(need("a", Finding.of(State.ABSENT), false))),
                new Needs("sysfs", List.of(need("b", Finding.of(State.PRESENT), false))));
        assertThat(report.only(List.of("sysfs")).mechanisms()).containsExactly("sysfs");
        assertThat(report.only(List.of("sysfs")).isHealthy()).isTrue();
        assertThat(report.only(List.of())).isEqualTo(report);
        assertThatThrownBy(() -> report.only(List.of("procf")))
                .hasMessage("no mechanism \"procf\" says what it needs; did you mean procfs?");
        assertThatThrownBy(() -> report.only(List.of("watchdog")))
                .hasMessage("no mechanism \"watchdog\" says what it needs; there are procfs, sysfs");
    }
}
