// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/callgate run} on a terminal, which script(1) gives it: what is typed here are keys. Its SIGINT is the default
 * one, as below a login shell; who runs the tests in the background may ignore it, and that is inherited.
 */
class ConsoleIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String ENTER = "\r";
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";
    private static final String PROMPT = "callgate> ";

    @TempDir
    Path folder;

    private Path screen;
    private Process process;

    @BeforeEach
    void start() throws IOException {
        screen = folder.resolve("screen");
        // exec: a dash that waited for it would be ended by Ctrl-C, and script would tell of that one's end
        String command = "exec " + Image.built().command() + " run --data " + folder.resolve("data");
        process = new ProcessBuilder(
                        "env",
                        "--default-signal=INT,QUIT",
                        "TERM=xterm",
                        "script",
                        "--quiet",
                        "--return",
                        "--flush",
                        "--command",
                        command,
                        "/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(screen.toFile())
                .start();
        awaitPrompt();
    }

    @AfterEach
    void end() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    private void type(String keys) throws IOException {
        OutputStream keyboard = process.getOutputStream();
        keyboard.write(keys.getBytes(StandardCharsets.US_ASCII));
        keyboard.flush();
    }

    /** What has been shown, without colours and other escapes. */
    private String shown() throws IOException {
        return Files.readString(screen, StandardCharsets.ISO_8859_1).replaceAll("\u001b\\[[?0-9;]*[A-Za-z]", "");
    }

    private void awaitOnScreen(String text) {
        Await.until(text + " is shown", LONG, () -> shown().contains(text));
    }

    /** Keys that are typed before it are not the next command's. */
    private void awaitPrompt() {
        Await.until("the prompt is shown", LONG, () -> shown().endsWith(PROMPT));
    }

    @Test
    void aCommandIsTypedCompletedAndAnswered() throws Exception {
        type("procfs:mem\t");
        awaitOnScreen("procfs:memory");
        type(ENTER);
        awaitOnScreen("AVAILABLE");
        awaitPrompt();
        type("no:such" + ENTER);
        awaitOnScreen("no:such: no such command");
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void endOfFileEndsTheSessionAndNotTheGateway() throws Exception {
        type(CTRL_D);
        awaitOnScreen("The gateway runs on");
        assertThat(process.isAlive()).isTrue();
        Await.until("Ctrl-C ends it, once the terminal is not the session's any more", LONG, () -> {
            type(CTRL_C);
            return process.waitFor(10, TimeUnit.SECONDS);
        });
        assertThat(process.exitValue()).as(shown()).isZero();
    }

    @Test
    void shutdownEndsItInOrder() throws Exception {
        type("shutdown" + ENTER);
        assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(shown()).isZero();
        assertThat(shown()).doesNotContain("Exception");
    }
}
