// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The product in a process of its own, on a data folder of its own, used as a person uses it: files are dropped,
 * commands typed, signals sent. Closing it kills whatever still runs.
 */
public final class Gateway implements AutoCloseable {

    private static final Pattern FIRST_SCREEN =
            Pattern.compile("(?m)^Callgate .* is live after .*\\R(?:.*\\R)+?.*callgate shell");

    private final Image image;
    private final Path data;
    private final Path output;
    private Process process;

    /** A gateway that is not started, on a data folder that may be empty or of an earlier run. */
    public Gateway(Image image, Path data) {
        this.image = image;
        this.data = data;
        this.output = data.resolveSibling(data.getFileName() + ".output");
    }

    /** Starts {@code bin/callgate run} without a terminal and waits for the first screen. */
    public Gateway start(String... arguments) throws IOException {
        launch(Map.of(), arguments);
        awaitLive();
        return this;
    }

    /** Waits for the first screen of a gateway that was launched. */
    public void awaitLive() {
        Await.until("the gateway is live", Duration.ofSeconds(60), () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the gateway ended with " + process.exitValue() + ":\n" + outputText());
            }
            return FIRST_SCREEN.matcher(outputText()).find();
        });
    }

    /** Starts {@code bin/callgate run} and does not wait. */
    public Process launch(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(image.command().toString(), "run", "--data", data.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        return process;
    }

    /** Runs {@code bin/callgate shell} with a command, which must succeed, and returns what it printed. */
    public String shell(String... command) throws IOException {
        Ran ran = tryShell(command);
        if (ran.status() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed with " + ran.status() + ": " + ran.text());
        }
        return ran.text();
    }

    /** Runs {@code bin/callgate shell} with a command. */
    public Ran tryShell(String... command) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("shell", "--data", data.toString()));
        arguments.addAll(List.of(command));
        return callgate(arguments.toArray(String[]::new));
    }

    /** Runs {@code bin/callgate} with these arguments alone. */
    public Ran callgate(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(image.command().toString()));
        command.addAll(List.of(arguments));
        return Ran.of(Duration.ofSeconds(60), command);
    }

    /** Waits for a line of the log that the pattern finds, after the mark, and returns the whole line. */
    public String awaitLog(long mark, String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        String[] found = new String[1];
        try {
            Await.until("a log line with " + pattern, () -> {
                found[0] = logSince(mark)
                        .lines()
                        .filter(line -> wanted.matcher(line).find())
                        .findFirst()
                        .orElse(null);
                return found[0] != null;
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; there is\n" + logSince(mark), e);
        }
        return found[0];
    }

    /** The log's length now: what comes later is after this mark. */
    public long mark() throws IOException {
        return Files.exists(log()) ? Files.size(log()) : 0;
    }

    /** The log's text after a mark. */
    public String logSince(long mark) {
        try {
            byte[] all = Files.exists(log()) ? Files.readAllBytes(log()) : new byte[0];
            int from = (int) Math.min(mark, all.length);
            return new String(all, from, all.length - from);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What the process printed so far. */
    public String outputText() {
        try {
            return Files.exists(output) ? Files.readString(output) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The file that the gateway logs to. */
    public Path log() {
        return data.resolve("log/callgate.log");
    }

    /** Where jars are dropped. */
    public Path deploy() {
        return data.resolve("deploy");
    }

    /** The file of a PID's configuration. */
    public Path config(String pid) {
        return data.resolve("configs").resolve(pid + ".json");
    }

    /** The data folder. */
    public Path data() {
        return data;
    }

    /** The JVM: {@code bin/callgate} itself, or the child it waits for. */
    public ProcessHandle jvm() {
        return process.toHandle()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElse(process.toHandle());
    }

    /** The process that was started. */
    public Process process() {
        return process;
    }

    /** SIGKILL to everything that was started. */
    public void kill9() throws InterruptedException {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
        for (ProcessHandle each : all) {
            each.onExit().join();
        }
    }

    /** SIGTERM to what was started; returns its exit status. */
    public int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the gateway did not end within 30 s of SIGTERM:\n" + outputText());
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null && process.isAlive()) {
            kill9();
        }
    }
}
