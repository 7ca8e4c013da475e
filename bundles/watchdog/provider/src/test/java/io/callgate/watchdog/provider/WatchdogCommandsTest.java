// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogCommandsTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final CommandSession session =
            Bench.proxy(CommandSession.class, (self, method, arguments) -> new PrintStream(out, true));
    private Bench bench;
    private FakeWatchdog card;
    private WatchdogCommands commands;

    @BeforeEach
    void twoWatchdogs() throws Exception {
        bench = new Bench(folder).start();
        card = bench.watchdog("watchdog0", "i6300ESB timer");
        bench.watchdog("watchdog1", "Software Watchdog");
        commands = new WatchdogCommands(bench.supervisor, bench.devices);
        commands.configured = List.of(bench.configure("main", "device", "watchdog0"));
    }

    private List<String> lines() {
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        out.reset();
        return lines;
    }

    @Test
    void statusShowsAllAndOpensNone() throws Exception {
        commands.status(session);
        assertThat(lines())
                .containsExactly(
                        "NAME  DEVICE     IDENTITY           ARMED  TIMEOUT  PRETIMEOUT  TIMELEFT  BOOT  STATE",
                        "main  watchdog0  i6300ESB timer     no          30           -         -     -  live",
                        "-     watchdog1  Software Watchdog  no          30           -         -     -  not configured",
                        "0 clients, none late; feeding was late by 0 ms at worst");
        assertThat(card.opens).isZero();
    }

    @Test
    void oneIsShownWithItsFlags() throws Exception {
        card.attribute("options", "0x8180\n");
        card.attribute("bootstatus", "32\n");
        commands.status(session, "main");
        assertThat(lines())
                .contains("DEVICE    /dev/watchdog0", "STATE     inactive", "TIMEOUT   30 s")
                .anyMatch(line -> line.matches("KEEPALIVEPING +keep alive ping reply +yes +1 +0"))
                .anyMatch(line -> line.matches("CARDRESET +card previously reset the CPU +- +0 +1"));
        commands.status(session, "watchdog1");
        assertThat(lines()).contains("IDENTITY  Software Watchdog");
    }

    @Test
    void armAndDisarm() throws Exception {
        commands.arm(session, "main");
        assertThat(lines()).containsExactly("main is armed, timeout 30 s");
        commands.status(session);
        assertThat(lines().get(1)).contains("  yes  ");
        commands.disarm(session, "main");
        assertThat(lines()).containsExactly("main is disarmed");
        assertThat(card.isActive()).isFalse();
    }

    @Test
    void aWrongNameIsToldWithTheNearest() {
        assertThatThrownBy(() -> commands.arm(session, "mian"))
                .hasMessageStartingWith("no watchdog \"mian\" is configured, did you mean main? (watchdog:status");
    }

    @Test
    void clientsAndHistory() throws Exception {
        bench.app("pump", 2000);
        bench.seconds(1);
        commands.clients(session);
        assertThat(lines()).containsExactly("CLIENT  DEADLINE  QUIET  STATE", "pump        2000    750  well");
        bench.seconds(3);
        commands.clients(session);
        assertThat(lines().get(1)).endsWith("late");
        commands.history(session);
        assertThat(lines())
                .containsExactly(
                        "TIME                  EVENT  CAUSE    DETAIL", "2026-11-22T20:00:00Z  boot   unknown       -");
    }

    @Test
    void safeModeIsSaid() throws Exception {
        bench.registry.property(Supervisor.SAFE_MODE, "3 watchdog resets within 30 min");
        commands.status(session);
        assertThat(lines()).contains("SAFE MODE: 3 watchdog resets within 30 min");
    }
}
