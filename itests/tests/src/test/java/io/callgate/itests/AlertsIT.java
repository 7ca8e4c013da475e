// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts application in the product, with its daemon in C, and a shell that sends SIGUSR1. */
class AlertsIT {

    private static final String DAEMON = "bundles/apps/alerts/src/main/c/alertd.c";

    private final String queue = "/callgate-alerts-" + ProcessHandle.current().pid();

    @Test
    void theDaemonIsToldAndThresholdsAreReadAnewOnSigusr1(@TempDir Path home) throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/sys/fs/mqueue")), "this kernel has no POSIX queues");
        Path thresholds = Files.writeString(home.resolve("thresholds"), "memory=0\n");
        try (Gateway gateway = new Gateway(Image.built(), home.resolve("data"))) {
            configure(
                    gateway,
                    "io.callgate.mqueue.posix~alerts",
                    "{\"queue\": \"" + queue + "\", \"maxMessageBytes\": 256, \"unlink\": \"always\"}");
            configure(
                    gateway,
                    "io.callgate.apps.alerts",
                    "{\"thresholds\": \"" + thresholds + "\", \"intervalSeconds\": 1}");
            gateway.start();
            gateway.awaitLog(0, "alerts is live");
            Process daemon = daemon(home);
            try {
                BlockingQueue<String> alerts = lines(daemon);
                assertThat(alerts.poll(30, TimeUnit.SECONDS)).matches("9 memory too high [0-9.]+ limit 0\\.00");
                Files.writeString(thresholds, "memory=100\n");
                String[] kill = {"kill", "-USR1", Long.toString(gateway.jvm().pid())};
                assertThat(Ran.of(Duration.ofSeconds(10), List.of(kill)).status())
                        .isZero();
                assertThat(alerts.poll(30, TimeUnit.SECONDS)).matches("1 memory good [0-9.]+ limit 100\\.00");
                gateway.awaitLog(0, "thresholds are .*memory=100.* read anew on SIGUSR1");
            } finally {
                daemon.destroyForcibly();
            }
            gateway.shell("config:delete", "io.callgate.mqueue.posix~alerts");
            assertThat(gateway.terminate()).isZero();
        }
    }

    private static void configure(Gateway gateway, String pid, String json) throws IOException {
        Path file = gateway.config(pid);
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
    }

    private Process daemon(Path home) throws IOException {
        String program = home.resolve("alertd").toString();
        Ran gcc = Ran.of(
                Duration.ofSeconds(60),
                List.of(
                        "gcc",
                        "-Wall",
                        "-Werror",
                        "-o",
                        program,
                        Image.root().resolve(DAEMON).toString(),
                        "-lrt"));
        assertThat(gcc.status()).as(gcc.text()).isZero();
        return new ProcessBuilder(program, queue).redirectErrorStream(true).start();
    }

    private static BlockingQueue<String> lines(Process process) {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader in = process.inputReader()) {
                        in.lines().forEach(lines::add);
                    } catch (IOException | java.io.UncheckedIOException e) {
                        lines.add("no more lines: " + e.getMessage());
                    }
                },
                "lines of alertd");
        reader.setDaemon(true);
        reader.start();
        return lines;
    }
}
