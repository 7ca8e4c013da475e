// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MachineTest {

    @Test
    void aNumberOfProcSysIsReadWhole() throws Exception {
        String key = "/proc/sys/kernel/pid_max"; // at least 301, so never a single digit
        assumeTrue(Files.isReadable(Path.of(key)), "no " + key);
        Process sysctl = new ProcessBuilder("cat", key).start();
        String expected = new String(sysctl.getInputStream().readAllBytes());
        assertThat(Machine.below(Path.of("/")).read(key)).isEqualTo(expected).hasSizeGreaterThan(3);
    }
}
