// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may not be opened is refused and never was open: strace sees every open of the gateway. */
class DeviceRefusalIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path NODES =
            Path.of("/dev/callgate-it-" + ProcessHandle.current().pid());
    private static final Pattern WATCHDOG = Pattern.compile("\\s*(\\d+) watchdog");

    @TempDir
    Path folder;

    private Gateway gateway;
    private final Map<String, String> expected = new LinkedHashMap<>(); // what is said of each node

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/loop-control")), "no permission to make device nodes");
        assumeTrue(
                Stream.of("/usr/bin/strace", "/bin/strace").map(Path::of).anyMatch(Files::isExecutable),
                "no strace: apt-get install strace");
        Files.createDirectory(NODES);
        gateway = new Gateway(Image.built(), folder.resolve("data")).start();
    }

    @AfterEach
    void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        try (Stream<Path> all = Files.exists(NODES) ? Files.list(NODES) : Stream.empty()) {
            for (Path each : all.toList()) {
                Files.delete(each);
            }
        }
        Files.deleteIfExists(NODES);
    }

    private void refused(String name, String words, String... made) throws IOException {
        expected.put(name, words);
        if (made.length > 0) {
            Ran ran = Ran.of(PATIENCE, List.of(made));
            assertThat(ran.status()).as(ran.text()).isZero();
        }
    }

    private static String at(String name) {
        return NODES.resolve(name).toString();
    }

    /** Under names that say nothing: only the numbers are what they are. */
    private void makeNodes() throws IOException {
        refused("n1", "the machine's memory", "mknod", at("n1"), "c", "1", "1");
        refused("n2", "the kernel's memory", "mknod", at("n2"), "c", "1", "2");
        refused("n3", "the machine's ports", "mknod", at("n3"), "c", "1", "4");
        refused("n4", "a watchdog", "mknod", at("n4"), "c", "10", "130");
        for (String line : Files.readAllLines(Path.of("/proc/devices"))) {
            Matcher watchdog = WATCHDOG.matcher(line);
            if (watchdog.matches()) {
                refused("n5", "a watchdog", "mknod", at("n5"), "c", watchdog.group(1), "0");
            }
        }
        refused("pipe", "a FIFO", "mkfifo", at("pipe"));
        refused("sub", "a directory", "mkdir", at("sub"));
        refused("plain", "a regular file", "touch", at("plain"));
        Path outside = folder.resolve("zero");
        Ran.of(PATIENCE, List.of("mknod", outside.toString(), "c", "1", "5"));
        refused("link", "it leads to " + outside, "ln", "-s", outside.toString(), at("link"));
        refused("missing", "there is no ");
    }

    @Test
    void noneOfThemIsEverOpened() throws Exception {
        makeNodes();
        Path trace = folder.resolve("trace");
        Process strace = new ProcessBuilder(
                        "strace",
                        "-f",
                        "-y",
                        "-s",
                        "200",
                        "-e",
                        "trace=open,openat,openat2",
                        "-o",
                        trace.toString(),
                        "-p",
                        Long.toString(gateway.jvm().pid()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("strace").toFile())
                .start();
        try {
            Await.until("strace is attached", () -> Files.readString(folder.resolve("strace"))
                    .contains("attached"));
            for (String name : expected.keySet()) {
                gateway.shell("config:set", "io.callgate.device.file~" + name, "path=" + at(name), "access=read-write");
            }
            gateway.shell("config:set", "io.callgate.device.file~witness", "path=/dev/zero");
            Await.until("the last one is live", () -> gateway.shell("device:info", "witness")
                    .contains("live"));
            String list = gateway.shell("device:list");
            expected.forEach((name, words) -> assertThat(list.lines())
                    .as(list)
                    .anyMatch(line -> line.startsWith(name + " ") && line.contains("waiting") && line.contains(words)));
            gateway.shell("device:list", "--all");
            gateway.shell("device:info", at("n1"));
        } finally {
            strace.destroy();
            strace.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        List<String> opens = Files.readAllLines(trace);
        assertThat(opens).anyMatch(line -> line.contains("\"/dev/zero\"") && line.contains("O_PATH"));
        assertThat(opens)
                .as("the witness was opened through its handle, so strace sees that too")
                .anyMatch(line -> line.contains("\"/proc/self/fd/") && line.contains("</dev/zero>"));
        for (String name : expected.keySet()) {
            assertThat(opens.stream().filter(line -> line.contains("\"" + at(name) + "\"")))
                    .as("opens of " + name)
                    .isNotEmpty()
                    .allMatch(line -> line.contains("O_PATH"));
        }
        assertThat(opens)
                .filteredOn(line -> line.contains("/proc/self/fd/"))
                .noneMatch(line -> line.contains(NODES + "/"));
        assertThat(opens).noneMatch(line -> line.contains("/proc/self/fd/") && line.contains("<" + folder));
    }
}
