// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Ran;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ring's and the board's publication under jcstress: every outcome of two threads that meet in them must be an allowed
 * one, whatever the processor and the compilers reorder. {@code -Dcallgate.stress.millis=1000} looks longer, in all of the
 * Java runtime's modes.
 *
 * @see <a href="https://github.com/openjdk/jcstress">jcstress, the Java Concurrency Stress tests</a>
 */
class ShmStressIT {

    private static final Duration LIMIT = Duration.ofHours(2);
    private static final String SHORTLY = "50";

    @TempDir
    Path folder;

    @Test
    void onlyAllowedOutcomesAreSeen() throws Exception {
        String millis = System.getProperty("callgate.stress.millis", "");
        List<String> command = new ArrayList<>(List.of(
                "env", // it leaves a file where it runs
                "-C",
                folder.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-r",
                folder.resolve("report").toString()));
        command.addAll(List.of("-t", "io.callgate.shm", "-af", "NONE", "-f", "1", "-fsm", "1"));
        command.addAll(List.of("-strideSize", "64", "-strideCount", "16"));
        command.addAll(
                millis.isEmpty()
                        ? List.of("-iters", "1", "-time", SHORTLY, "-sc", "false", "-jvmArgs", "-XX:+UseSerialGC")
                        : List.of("-time", millis));
        Ran ran = Ran.of(LIMIT, command);
        assertThat(ran.status()).as(ran.text()).isZero();
        assertThat(ran.text())
                .containsPattern(
                        "[1-9][0-9]* planned; [1-9][0-9]* passed, 0 failed, 0 soft errs, 0 hard errs\\)\\s+RUN RESULTS");
    }
}
