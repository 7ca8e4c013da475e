// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.HangingApplication;
import io.callgate.itests.harness.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The watchdog without a device: systemd's, the ladder in the real framework, the history, safe mode. */
class WatchdogIT {

    private static final String FED_SECONDS = "4";

    @TempDir
    Path folder;

    private final Image image = Image.built();
    private Gateway gateway;

    @BeforeEach
    void make() {
        gateway = new Gateway(image, folder.resolve("data"));
    }

    @AfterEach
    void end() throws InterruptedException {
        gateway.close();
    }

    private void launch(NotifySocket socket, String watchdogSeconds) throws Exception {
        gateway.launch(Map.of("NOTIFY_SOCKET", socket.path().toString(), "WATCHDOG_USEC", watchdogSeconds + "000000"));
        gateway.awaitLive();
    }

    @Test
    void systemdHearsReadyThenAliveThenStopping() throws Exception {
        try (NotifySocket socket = new NotifySocket(folder.resolve("notify"))) {
            launch(socket, FED_SECONDS);
            Await.until("it is said to be alive", () -> socket.count("WATCHDOG=1") >= 3);
            assertThat(gateway.shell("watchdog:status")).contains("systemd");
            assertThat(gateway.terminate()).isZero();

            List<String> messages = socket.messages();
            assertThat(messages).startsWith("READY=1", "WATCHDOG=1").contains("STOPPING=1");
            assertThat(messages.subList(messages.indexOf("STOPPING=1"), messages.size()))
                    .doesNotContain("READY=1");
            assertThat(socket.count("READY=1")).isEqualTo(1);
            assertThat(socket.count("STOPPING=1")).isEqualTo(1);
        }
    }

    @Test
    void anUpdateOfTheBundleGoesOnFeeding() throws Exception {
        try (NotifySocket socket = new NotifySocket(folder.resolve("notify"))) {
            launch(socket, FED_SECONDS);
            gateway.shell("update", bundle("io.callgate.watchdog.provider"));
            long before = socket.count("WATCHDOG=1");
            Await.until("it is said to be alive", () -> socket.count("WATCHDOG=1") > before + 2);
        }
    }

    private String bundle(String symbolicName) throws Exception {
        return gateway.shell("lb", "-s")
                .lines()
                .filter(line -> line.contains(symbolicName))
                .map(line -> line.split("\\|")[0].strip())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theLadderIsClimbedRungByRungAndTheLastEndsTheFeeding() throws Exception {
        Path hang = folder.resolve("hang");
        Path jar = HangingApplication.write(image, folder.resolve("pump.jar"), hang, 2000);
        Files.createDirectories(gateway.data().resolve("configs"));
        Files.writeString(gateway.config("io.callgate.watchdog"), "{\"climbSeconds\": 30}");
        try (NotifySocket socket = new NotifySocket(folder.resolve("notify"))) {
            launch(socket, "60");
            Files.copy(jar, gateway.deploy().resolve("pump.jar"));
            Await.until("it is looked after", () -> gateway.shell("watchdog:clients")
                    .contains("it.pump"));
            Files.createFile(hang);
            for (String rung : List.of(
                    "it.pump has missed its deadline of 2000 ms",
                    "it.pump does not answer: its component is restarted",
                    "it.pump does not answer: its bundle is restarted",
                    "it.pump does not answer: the gateway is restarted",
                    "it.pump does not answer: the watchdogs are fed no more")) {
                gateway.awaitLog(0, rung);
            }
            assertThat(socket.count("READY=1"))
                    .as("the gateway's process was another one")
                    .isEqualTo(2);
            long fed = socket.count("WATCHDOG=1");
            assertThat(gateway.shell("watchdog:history").lines())
                    .filteredOn(line -> line.contains(" rung "))
                    .hasSize(4)
                    .last()
                    .asString()
                    .endsWith("reset it.pump");
            assertThat(socket.count("WATCHDOG=1")).isEqualTo(fed);
        }
    }

    @Test
    void theHistoryTellsAKillFromAStop() throws Exception {
        gateway.start();
        gateway.kill9();
        gateway.start();
        assertThat(gateway.terminate()).isZero();
        gateway.start();
        assertThat(gateway.shell("watchdog:history")
                        .lines()
                        .skip(1)
                        .map(line -> line.split(" +")[1] + " " + line.split(" +")[2]))
                .containsExactly("boot unknown", "start unknown", "stop orderly", "start orderly");
    }

    @Test
    void safeModeIsThePlatformAloneAndSaysSoEverywhere() throws Exception {
        Files.createDirectories(gateway.data());
        Files.writeString(gateway.data().resolve("safe-mode"), "3 watchdog resets within 30 min\n");
        gateway.start();
        String words = "SAFE MODE: 3 watchdog resets within 30 min";
        assertThat(gateway.outputText()).contains(words);
        assertThat(gateway.callgate("status", "--data", gateway.data().toString())
                        .text())
                .contains(words);
        assertThat(gateway.tryShell("watchdog:status").text()).contains(words);
        assertThat(gateway.logSince(0)).contains("Safe mode: 3 watchdog resets within 30 min");
        assertThat(gateway.shell("lb", "-s"))
                .contains("io.callgate.platform.shell", "io.callgate.platform.config")
                .doesNotContain("io.callgate.apps", "io.callgate.sysfs", "io.callgate.platform.deploy");
        assertThat(gateway.terminate()).isZero();

        gateway.start();
        assertThat(gateway.shell("lb", "-s")).contains("io.callgate.apps.health");
    }

    /** Three boots by a watchdog within half an hour, as the history tells them: this start is of a loop. */
    @Test
    void aLoopOfBootsIsBrokenBeforeAnyApplicationStarts() throws Exception {
        Path history = gateway.data().resolve("watchdog/history");
        Files.createDirectories(history.getParent());
        Instant now = Instant.now();
        for (int minutes = 20; minutes > 0; minutes -= 8) {
            Files.writeString(
                    history,
                    now.minus(Duration.ofMinutes(minutes)) + "\tboot-" + minutes
                            + "\tboot\twatchdog\twatchdog0 says CARDRESET\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        gateway.start();
        assertThat(gateway.outputText()).contains("SAFE MODE: 3 watchdog resets within 30 min");
        assertThat(gateway.shell("lb", "-s")).doesNotContain("io.callgate.apps");
        assertThat(gateway.shell("watchdog:history")).contains("safe-mode");
        assertThat(gateway.logSince(0)).as("no application was started").doesNotContain("io.callgate.apps");
        assertThat(gateway.terminate()).isZero();
        gateway.start();
        assertThat(gateway.shell("lb", "-s")).as("by hand, it starts whole").contains("io.callgate.apps.health");
    }
}
