// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import io.callgate.itests.harness.Ran;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Debian's gpiod 1.6: programs by somebody else, over the kernel's older interface (uAPI v1). */
final class GpiodTools {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Path TOOLS = Path.of(System.getenv("LAB_TOOLS"));

    private GpiodTools() {}

    /** Runs one to its end, which must be a good one, and returns what it printed. */
    static String run(String tool, String... arguments) throws IOException {
        Ran ran = Ran.of(LIMIT, command(tool, arguments));
        if (ran.status() != 0) {
            throw new AssertionError(
                    tool + " " + List.of(arguments) + " ended with " + ran.status() + ": " + ran.text());
        }
        return ran.text();
    }

    /** Runs one to its end, whatever that is. */
    static Ran attempt(String tool, String... arguments) throws IOException {
        return Ran.of(LIMIT, command(tool, arguments));
    }

    /** One that runs until it is closed, and its lines as it prints them. */
    static Running start(String tool, String... arguments) throws IOException {
        return new Running(new ProcessBuilder(command(tool, arguments))
                .redirectErrorStream(true)
                .start());
    }

    private static List<String> command(String tool, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("env", "LD_LIBRARY_PATH=" + TOOLS.resolve("usr/lib/x86_64-linux-gnu"), "stdbuf", "-oL"));
        command.add(TOOLS.resolve("usr/bin").resolve(tool).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** A program at work. */
    static final class Running implements AutoCloseable {

        private final Process process;
        private final BufferedReader output;

        Running(Process process) {
            this.process = process;
            this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Its next line. */
        String line() throws IOException {
            return output.readLine();
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            process.waitFor();
        }
    }
}
