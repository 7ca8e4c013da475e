// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The notify application in the product: {@code ip} changes a network, and {@code cat} reads from the FIFO what is told of it. */
class NotifyIT {

    private static final Path DEVICES = Path.of("/sys/class/mem");
    private static final String TOLD = "mem /devices/virtual/mem/";
    private static final String TRIGGERED = "(SYNTH_ARG_CALLGATE=notify)";

    private final String namespace =
            "callgate-notify-" + ProcessHandle.current().pid();
    private final BlockingQueue<String> read = new LinkedBlockingQueue<>();
    private Process cat;

    @TempDir
    Path home;

    @BeforeEach
    void namespace() throws Exception {
        String hindrance = NetlinkRig.hindrance();
        assumeTrue(hindrance.isEmpty(), hindrance);
        NetlinkRig.ran(List.of("ip", "netns", "add", namespace));
    }

    @AfterEach
    void end() throws Exception {
        if (cat != null) {
            cat.destroyForcibly();
        }
        NetlinkRig.ran(List.of("ip", "netns", "del", namespace));
    }

    @Test
    void aReaderOfTheFifoIsToldOfLinksAndAddresses() throws Exception {
        try (Gateway gateway = gateway("{\"perMinute\": 10000, \"devices\": \"\"}")) {
            Await.until("a link is told of", () -> {
                ip("link add probe type bridge");
                ip("link del probe");
                return !read.isEmpty();
            });
            ip("link add va type veth peer name vb");
            line("link va is down");
            ip("link set vb up");
            ip("link set va up");
            line("link va is up");
            ip("address add 192.0.2.1/24 dev va");
            line("address 192.0.2.1/24 is there");
            ip("link set vb down");
            line("link va is lowerlayerdown");
            ip("address del 192.0.2.1/24 dev va");
            line("address 192.0.2.1/24 has gone");
            ip("link del va");
            line("link va has gone");
            gateway.awaitLog(0, "link va has gone");
        }
    }

    @Test
    void notMoreLinesAreToldThanTheLimitAllows() throws Exception {
        assumeTrue(Files.isWritable(DEVICES.resolve("null/uevent")), "no uevent can be triggered");
        String settings =
                "{\"perMinute\": %d, \"links\": \"\", \"addresses\": \"\", \"devices\": \"" + TRIGGERED + "\"}";
        try (Gateway gateway = gateway(settings.formatted(3))) {
            Await.until("a device is told of", () -> {
                trigger("null", "zero");
                return gateway.logSince(0).contains(TOLD);
            });
            for (int i = 0; i < 10; i++) {
                trigger("zero", "null");
            }
            configure(gateway, "io.callgate.apps.notify", settings.formatted(1000)); // counting begins anew
            List<String> told = new ArrayList<>();
            Await.until("another device is told of", () -> {
                trigger("full");
                read.drainTo(told);
                return told.contains(TOLD + "full change");
            });
            told.removeIf((TOLD + "full change")::equals);
            assertThat(told).hasSizeLessThanOrEqualTo(3);
            assertThat(gateway.logSince(0).lines().filter(line -> line.matches(".*" + TOLD + "(null|zero) change")))
                    .as("whether the FIFO was read already or not")
                    .hasSize(3);
        }
    }

    /** Started, with a FIFO that {@code cat} reads. */
    private Gateway gateway(String settings) throws Exception {
        Path fifo = home.resolve("news");
        Gateway gateway = new Gateway(Image.built(), home.resolve("data"));
        configure(gateway, "io.callgate.netlink", "{\"namespace\": \"/run/netns/" + namespace + "\"}");
        configure(gateway, "io.callgate.fifo.pipe~notify", "{\"path\": \"" + fifo + "\", \"access\": \"write\"}");
        configure(gateway, "io.callgate.apps.notify", settings);
        gateway.start();
        gateway.awaitLog(0, "notify is live");
        cat = new ProcessBuilder("cat", fifo.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader lines = cat.inputReader();
        Thread reader = new Thread(() -> lines.lines().forEach(read::add), "cat");
        reader.setDaemon(true);
        reader.start();
        return gateway;
    }

    private static void configure(Gateway gateway, String pid, String json) throws IOException {
        Path file = gateway.config(pid);
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
    }

    private void ip(String command) throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "-n", namespace));
        all.addAll(List.of(command.split(" ")));
        NetlinkRig.ran(all);
    }

    private static void trigger(String... devices) throws IOException {
        for (String device : devices) {
            Files.writeString(
                    DEVICES.resolve(device).resolve("uevent"),
                    "change 12345678-1234-1234-1234-123456789abc CALLGATE=notify");
        }
    }

    private void line(String expected) throws InterruptedException {
        String next;
        do {
            next = read.poll(60, TimeUnit.SECONDS);
            assertThat(next).as("\"%s\" within a minute", expected).isNotNull();
        } while (!next.equals(expected));
    }
}
