// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A guest of a test's own, seen from outside: what its command prints, how it ends, and QEMU's events. Closing it takes the
 * guest away, however it is.
 */
public final class Machine implements AutoCloseable {

    /** What {@code lab run} ends with when the guest vanished. */
    public static final int VANISHED = 125;

    private static final Duration DEADLINE = Duration.ofSeconds(90);

    private final Process process;
    private final Path output;
    private final Qmp qmp;

    private Machine(Process process, Path output, Qmp qmp) {
        this.process = process;
        this.output = output;
        this.qmp = qmp;
    }

    /** Starts a command for bash in a guest; options are those of {@code lab run}. The folder's path is to be short, as /tmp's. */
    public static Machine start(Path folder, List<String> options, String command) throws IOException {
        Path number = Files.createTempDirectory(folder, "machine");
        Path socket = number.resolve("qmp");
        Path output = number.resolve("output");
        List<String> line = new ArrayList<>(List.of(
                Image.root().resolve("itests/lab/lab").toString(), "run", "--no-terminal", "--qmp", socket.toString()));
        line.addAll(options);
        line.addAll(List.of("--", "bash", "-c", command));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("CALLGATE_LAB_RESTORE_SECONDS", "60"); // a second QEMU would be none that we hear of
        Process process = builder.start();
        try {
            return new Machine(process, output, Qmp.connect(socket));
        } catch (IOException | AssertionError e) {
            process.destroy();
            throw new AssertionError("no guest: " + Files.readString(output), e);
        }
    }

    /** {@code lab run}; QEMU is below it. */
    public Process process() {
        return process;
    }

    /** QEMU's control socket. */
    public Qmp qmp() {
        return qmp;
    }

    /** Everything that the command, and the lab, printed so far. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until the output has this, and returns the match. */
    public Matcher await(String pattern) {
        Pattern wanted = Pattern.compile(pattern, Pattern.MULTILINE);
        Matcher[] found = new Matcher[1];
        Await.until("the guest prints " + pattern, DEADLINE, () -> {
            boolean alive = process.isAlive();
            found[0] = wanted.matcher(output());
            if (found[0].find()) {
                return true;
            }
            if (!alive) {
                throw new AssertionError("the guest ended with " + process.exitValue() + ":\n" + output());
            }
            return false;
        });
        return found[0];
    }

    /** Cuts the power: nothing in the guest hears of it. */
    public void cutPower() throws IOException, InterruptedException {
        qmp.execute("quit");
        exitStatus();
    }

    /** Waits for the end of {@code lab run}, and returns what it ended with. */
    public int exitStatus() throws InterruptedException {
        if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the guest does not end:\n" + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        qmp.close();
        process.destroy();
        exitStatus();
    }
}
