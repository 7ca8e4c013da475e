// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code itests/lab/lab} says where it is asked wrongly or cannot work: one sentence, and an exit status. */
@Tag("host")
class LabToolTest {

    private static final int MISUSE = 2;
    private static final int CANNOT_RUN = 77;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"doctor", "prepare", "run", "shell", "clean"})
    void everyCommandHasHelp(String command) throws Exception {
        Said help = lab(Map.of(), command, "--help");
        assertThat(help.status).isZero();
        assertThat(help.text).startsWith("usage: lab " + command);
    }

    @Test
    void whatIsAskedWronglyIsASentence() throws Exception {
        assertThat(lab(Map.of(), "dance"))
                .isEqualTo(new Said(MISUSE, "lab: unknown command 'dance'; lab --help lists them\n"));
        assertThat(lab(Map.of(), "run")).isEqualTo(new Said(MISUSE, "lab: run what?; lab run --help tells more\n"));
        assertThat(lab(Map.of(), "run", "--tim", "3", "--", "true"))
                .isEqualTo(new Said(MISUSE, "lab: unknown option '--tim'; lab run --help tells more\n"));
        assertThat(lab(Map.of(), "shell").text).contains("a shell needs a terminal");
    }

    @Test
    void aRunThatIsNotPreparedSaysHowItIsMended() throws Exception {
        Said run = lab(Map.of("CALLGATE_LAB_CACHE", folder.resolve("cache").toString()), "run", "--", "true");
        assertThat(run.status).isEqualTo(CANNOT_RUN);
        assertThat(run.text).contains("lab: cannot run here: ", "prepare").hasLineCount(1);
    }

    @Test
    void aCacheThatQemuCannotNameIsRefused() throws Exception {
        Said run = lab(Map.of("CALLGATE_LAB_CACHE", folder.resolve("my cache").toString()), "prepare");
        assertThat(run.status).isEqualTo(CANNOT_RUN);
        assertThat(run.text).contains("CALLGATE_LAB_CACHE").hasLineCount(1);
    }

    @Test
    void theDoctorNamesWhatIsMissingWithTheLineThatMendsIt() throws Exception {
        Said doctor = lab(Map.of("CALLGATE_LAB_CACHE", folder.resolve("cache").toString()), "doctor");
        assertThat(doctor.status).isEqualTo(1);
        assertThat(doctor.text).containsPattern("missing  the guest's kernel\\R +mend: .*/lab prepare");
    }

    private record Said(int status, String text) {}

    private static Said lab(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Image.root().resolve("itests/lab/lab").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            String text = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Said(process.exitValue(), text);
        } catch (IOException e) {
            process.destroy();
            throw e;
        }
    }
}
