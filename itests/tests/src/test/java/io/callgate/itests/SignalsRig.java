// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import io.callgate.itests.harness.Ran;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link SignalsChild}, started with or without blocked signals, and the programs that signal to and fro with it. */
final class SignalsRig implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path peer;
    private final Process child;
    private final Writer commands;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<Process> running = new ArrayList<>();

    /** @param blocked as env takes them; empty: none */
    SignalsRig(Path home, String blocked) throws Exception {
        peer = home.resolve("peer");
        Path source = home.resolve("peer.c");
        try (InputStream in = SignalsRig.class.getResourceAsStream("/signals/peer.c")) {
            Files.copy(in, source);
        }
        ran(List.of("gcc", "-O1", "-Wall", "-Werror", "-o", peer.toString(), source.toString()));
        List<String> command = new ArrayList<>();
        if (!blocked.isEmpty()) {
            command.addAll(List.of("env", "--block-signal=" + blocked));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "-Dcallgate.root=" + System.getProperty("callgate.root", ""),
                SignalsChild.class.getName(),
                Files.createDirectories(home.resolve("child")).toString()));
        child = new ProcessBuilder(command).redirectErrorStream(true).start();
        commands = new OutputStreamWriter(child.getOutputStream());
        Thread reader = new Thread(this::read, "lines of the child");
        reader.setDaemon(true);
        reader.start();
        String ready = line();
        if (!ready.equals("ready")) {
            throw new AssertionError(ready);
        }
    }

    private void read() {
        try (BufferedReader in = child.inputReader()) {
            in.lines().forEach(line -> {
                if (line.startsWith(SignalsChild.PREFIX)) {
                    lines.add(line.substring(SignalsChild.PREFIX.length()));
                } else {
                    log.add(line);
                }
            });
        } catch (IOException e) {
            lines.add("no more lines: " + e.getMessage());
        }
    }

    long pid() {
        return child.pid();
    }

    boolean isAlive() {
        return child.isAlive();
    }

    /** Gives a command; the next line is its answer. */
    String tell(String command) throws Exception {
        commands.write(command + "\n");
        commands.flush();
        return line();
    }

    String line() throws InterruptedException {
        String line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("the child says nothing"
                    + (child.isAlive() ? "" : ", it ended with " + child.exitValue()) + ":\n" + String.join("\n", log));
        }
        return line;
    }

    static String ran(List<String> command) throws IOException {
        Ran ran = Ran.of(PATIENCE, command);
        if (ran.status() != 0) {
            throw new AssertionError(command + ": " + ran.text());
        }
        return ran.text();
    }

    /** kill of a shell; the shell's own number, which is the sender's. */
    long kill(String signal) throws IOException {
        return Long.parseLong(ran(List.of("bash", "-c", "kill -" + signal + " " + pid() + " && echo $$"))
                .strip());
    }

    /** sigqueue of a C program, to its end; its number. */
    long queue(int signal, int first, int count) throws IOException {
        return Long.parseLong(ran(List.of(
                        peer.toString(),
                        "queue",
                        Long.toString(pid()),
                        Integer.toString(signal),
                        Integer.toString(first),
                        Integer.toString(count)))
                .strip());
    }

    /** The same beside other work. */
    Process queueing(int signal, int first, int count) throws IOException {
        return start(
                "queue",
                Long.toString(pid()),
                Integer.toString(signal),
                Integer.toString(first),
                Integer.toString(count));
    }

    /** The C program, started and not waited for. */
    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(peer.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        running.add(process);
        return process;
    }

    /** The states that signals:list shows: number, use, heard, listeners, reason. */
    List<String> list() throws Exception {
        List<String> states = new ArrayList<>();
        for (String line = tell("list"); !line.equals("."); line = line()) {
            states.add(line);
        }
        return states;
    }

    @Override
    public void close() throws Exception {
        running.forEach(Process::destroyForcibly);
        commands.close();
        if (!child.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            child.destroyForcibly();
            throw new AssertionError("the child did not end:\n" + String.join("\n", log));
        }
    }
}
