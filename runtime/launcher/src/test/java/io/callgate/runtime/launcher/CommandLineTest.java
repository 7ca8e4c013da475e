// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script bin/callgate, as far as it goes without a gateway. */
class CommandLineTest {

    private static final Path SCRIPT = Path.of("../image/src/main/image/bin/callgate");

    @TempDir
    private Path home;

    private String javaHome = System.getProperty("java.home");
    private final Map<String, String> environment = new HashMap<>();
    private String output;

    @BeforeEach
    void image() throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.copy(SCRIPT, home.resolve("bin/callgate"));
        new TestImage(home).bundle(1, "a", "1", TestActivators.Talking.class);
    }

    private int callgate(String... args) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("sh", home.resolve("bin/callgate").toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", javaHome);
        builder.environment().remove("CALLGATE_DATA");
        builder.environment().putAll(environment);
        Process process = builder.start();
        output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "start", "stop", "restart", "status", "shell", "doctor", "version", "new-plugin"})
    void everyCommandHasHelp(String command) throws Exception {
        assertThat(callgate(command, "--help")).isZero();
        assertThat(output).startsWith("usage: callgate " + command);

        assertThat(callgate("--help")).isZero();
        assertThat(output).contains("\n  " + command + " ");
    }

    @Test
    void saysItsVersionAndThatOfJava() throws Exception {
        assertThat(callgate("version")).isZero();

        assertThat(output).startsWith("Callgate 0.1.0\nJava " + System.getProperty("java.version") + ", ");
    }

    @Test
    void refusesWhatItDoesNotKnow() throws Exception {
        assertThat(callgate("rnu")).isEqualTo(ExitCode.USAGE.code());
        assertThat(output).isEqualTo("callgate: unknown command 'rnu'; callgate --help lists them\n");

        assertThat(callgate("status", "--daat", "x")).isEqualTo(ExitCode.USAGE.code());
        assertThat(output).isEqualTo("callgate: unknown argument '--daat'; callgate status --help tells more\n");

        assertThat(callgate("run", "--data")).isEqualTo(ExitCode.USAGE.code());
        assertThat(output).isEqualTo("callgate: --data needs a folder\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--data=X version", "--data X version", "version --data X"})
    void takesItsOptionOnEitherSideOfTheCommand(String line) throws Exception {
        assertThat(callgate(line.split(" "))).isZero();
        assertThat(output).startsWith("Callgate 0.1.0\n");
    }

    @Test
    void needsACommand() throws Exception {
        assertThat(callgate()).isEqualTo(ExitCode.USAGE.code());
        assertThat(callgate("--data", "X")).isEqualTo(ExitCode.USAGE.code());
        assertThat(output).startsWith("usage: callgate COMMAND");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "m", "64mm", "6m4", "-64m", "64 m"})
    void refusesAHeapThatIsNoSize(String heap) throws Exception {
        environment.put("CALLGATE_HEAP", heap);

        assertThat(callgate("start")).isEqualTo(ExitCode.USAGE.code());
        assertThat(output)
                .isEqualTo("callgate: CALLGATE_HEAP is '" + heap
                        + "', which is no size; write a number with k, m or g, such as 64m\n");
    }

    @Test
    void startsTheJvmWithSignalsBlocked() throws Exception {
        fakeJava();

        assertThat(blocked(null)).isEqualTo(mask(10, 29) | range(34, 61) | mask(63, 64));
        assertThat(blocked("SIGUSR1,rtmin+3 36-38")).isEqualTo(mask(10, 37) | range(36, 38));
        assertThat(blocked("")).isZero();
    }

    /** A Java that only says which signals are blocked; dash would clear them. */
    private void fakeJava() throws IOException {
        Path java = Files.createDirectories(home.resolve("fake/bin")).resolve("java");
        Files.writeString(java, "#!/bin/bash\ngrep SigBlk: /proc/self/status\n");
        java.toFile().setExecutable(true);
        Files.writeString(home.resolve("fake/release"), "JAVA_VERSION=\"17.0.1\"\n");
        javaHome = home.resolve("fake").toString();
    }

    private long blocked(String signals) throws Exception {
        if (signals != null) {
            environment.put("CALLGATE_SIGNALS", signals);
        }
        assertThat(callgate("run", "--data", home.resolve("data").toString()))
                .as(output)
                .isZero();
        return Long.parseUnsignedLong(output.replaceAll("(?s).*SigBlk:\\s*(\\w+).*", "$1"), 16);
    }

    private static long mask(int... signals) {
        return Arrays.stream(signals).mapToLong(signal -> 1L << signal - 1).reduce(0, (a, b) -> a | b);
    }

    private static long range(int first, int last) {
        return mask(IntStream.rangeClosed(first, last).toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "SIGHUP", "USR2", "62", "RTMAX-2", "60-63", "9"})
    void refusesToBlockSignalsThatSomebodyNeeds(String signals) throws Exception {
        environment.put("CALLGATE_SIGNALS", signals);

        assertThat(callgate("start")).isEqualTo(ExitCode.USAGE.code());
        assertThat(output)
                .startsWith(
                        "callgate: CALLGATE_SIGNALS is '" + signals + "', but the gateway or the Java runtime needs ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"USR9", "RTMIN+99", "*", "3x-5"})
    void refusesSignalsThatThereAreNot(String signals) throws Exception {
        fakeJava();
        environment.put("CALLGATE_SIGNALS", signals);

        assertThat(callgate("run")).isEqualTo(ExitCode.USAGE.code());
        assertThat(output).startsWith("callgate: CALLGATE_SIGNALS is '" + signals + "', but ");
    }

    @Test
    void saysIfEnvCannotBlockSignals() throws Exception {
        fakeJava();
        Path env = Files.createDirectories(home.resolve("path")).resolve("env");
        Files.writeString(env, "#!/bin/sh\nexit 125\n");
        env.toFile().setExecutable(true);
        environment.put("PATH", env.getParent() + ":" + System.getenv("PATH"));

        assertThat(blocked(null)).as("asked for by nobody").isZero();
        assertThat(output).doesNotContain("coreutils");
        assertThat(blocked("USR1")).isZero();
        assertThat(output).contains("callgate: env has no --block-signal here (coreutils 8.31");
    }

    @Test
    void saysWhatIsWrongWithJavaHome() throws Exception {
        javaHome = "/nowhere";

        assertThat(callgate("run")).isEqualTo(ExitCode.FAILED.code());
        assertThat(output)
                .isEqualTo("callgate: JAVA_HOME is /nowhere, but there is no bin/java in it; correct or unset it\n");
    }

    @Test
    void saysThatJavaIsTooOld() throws Exception {
        Path old = Files.createDirectories(home.resolve("old/bin"));
        Files.createFile(old.resolve("java")).toFile().setExecutable(true);
        Files.writeString(home.resolve("old/release"), "JAVA_VERSION=\"11.0.2\"\n");
        javaHome = home.resolve("old").toString();

        assertThat(callgate("status")).isEqualTo(ExitCode.FAILED.code());
        assertThat(output).endsWith("is version 11.0.2; Callgate needs 17 or newer: set JAVA_HOME to one\n");
    }
}
