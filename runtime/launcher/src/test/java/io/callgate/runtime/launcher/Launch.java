// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A launcher in a JVM of its own, as bin/callgate starts it. */
final class Launch implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader out;
    private final List<String> lines = new ArrayList<>();

    Launch(Path home, Path data, String command, String... options) throws IOException {
        this(System.getProperty("java.class.path"), home, data, command, options);
    }

    Launch(String classPath, Path home, Path data, String command, String... options) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        line.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        line.addAll(List.of(options));
        line.add("-D" + Gateway.HOME + "=" + home);
        line.add("-D" + Gateway.DATA + "=" + data);
        line.addAll(List.of("-cp", classPath, Main.class.getName(), command));
        process = new ProcessBuilder(line).redirectErrorStream(true).start();
        out = process.inputReader();
    }

    /** Reads until a line contains that text. */
    Launch until(String text) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            lines.add(line);
            if (line.contains(text)) {
                return this;
            }
        }
        throw new AssertionError("no line with '" + text + "', but " + lines);
    }

    void terminate() {
        process.toHandle().destroy(); // Process.destroy would close the streams that we read
    }

    void kill() {
        process.toHandle().destroyForcibly();
    }

    long pid() {
        return process.pid();
    }

    /** Reads to the end; the exit status. */
    int await() throws IOException, InterruptedException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            lines.add(line);
        }
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("still running: " + lines);
        }
        return process.exitValue();
    }

    /** What has been read so far. */
    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
