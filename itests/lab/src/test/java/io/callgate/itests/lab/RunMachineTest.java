// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Await;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a run: its exit status, its limit, its neighbours, its sudden end. */
@MachineTest
class RunMachineTest {

    private static final int TIMED_OUT = 124;

    @TempDir
    Path folder;

    @Test
    void theCommandsStatusAndOutputAreTheRuns() throws Exception {
        try (Machine machine = Machine.start(folder, List.of(), "echo out; echo err >&2; exit 7")) {
            assertThat(machine.exitStatus()).isEqualTo(7);
            assertThat(machine.output()).isEqualTo("out\nerr\n");
        }
    }

    @Test
    void aRunBeyondItsLimitIsEnded() throws Exception {
        try (Machine machine = Machine.start(folder, List.of("--time", "15"), "sleep 1000")) {
            assertThat(machine.exitStatus()).isEqualTo(TIMED_OUT);
            assertThat(machine.output()).isEqualTo("lab: not done within 15 s\n");
        }
    }

    @Test
    void aPanicIsAGuestThatVanished() throws Exception {
        try (Machine machine = Machine.start(folder, List.of(), "echo c >/proc/sysrq-trigger")) {
            assertThat(machine.exitStatus()).isEqualTo(Machine.VANISHED);
            assertThat(machine.output()).contains("lab: the guest vanished", "panic");
        }
    }

    @Test
    void twoAtOnceDoNotMeetAndOneThatIsKilledTakesItsQemuAlong() throws Exception {
        try (Machine killed = Machine.start(folder, List.of(), "echo one; sleep 1000");
                Machine other = Machine.start(folder, List.of(), "echo two; exit 3")) {
            killed.await("^one$");
            List<ProcessHandle> below = killed.process().descendants().toList();
            assertThat(below).anyMatch(each -> each.info().command().orElse("").contains("qemu"));
            killed.process().destroyForcibly();
            Await.until("nothing of the killed run lives", () -> below.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(other.exitStatus()).isEqualTo(3);
            assertThat(other.output()).isEqualTo("two\n");
        }
    }
}
