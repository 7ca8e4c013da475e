// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.watchdog.RebootHistory.Cause;
import io.callgate.watchdog.RebootHistory.Entry;
import io.callgate.watchdog.RebootHistory.Event;
import io.callgate.watchdog.WatchdogFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** Why the machine was started, and what too many resets come to: one supervisor for each start. */
class HistoryTest {

    private static final Map<String, Set<WatchdogFlag>> CARD_RESET =
            Map.of("watchdog0", Set.of(WatchdogFlag.CARDRESET));

    @TempDir
    Path folder;

    private Bench bench;
    private int boots;

    private Bench boot(Map<String, Set<WatchdogFlag>> bootStatus, Duration after) throws Exception {
        boots++;
        return start(bootStatus, after);
    }

    private Bench start(Map<String, Set<WatchdogFlag>> bootStatus, Duration after) throws Exception {
        Bench before = bench;
        bench = new Bench(folder);
        if (before != null) {
            bench.clock.now = before.clock.now.plus(after);
            bench.settings.putAll(before.settings);
        }
        bench.bootId = "boot-" + boots;
        bench.bootStatus = bootStatus;
        return bench.start();
    }

    private void stop() {
        bench.systemState = Bundle.STOPPING;
        bench.supervisor.close();
    }

    private Entry last() {
        List<Entry> entries = bench.supervisor.entries();
        return entries.get(entries.size() - 1);
    }

    private void lastIs(Event event, Cause cause) {
        assertThat(last().event()).isEqualTo(event);
        assertThat(last().cause()).isEqualTo(cause);
    }

    @Test
    void aCardThatHasResetTheMachineIsNamed() throws Exception {
        boot(CARD_RESET, Duration.ZERO);
        lastIs(Event.BOOT, Cause.WATCHDOG);
        assertThat(last().detail()).isEqualTo("watchdog0 says CARDRESET");
        assertThat(last().bootId()).isEqualTo("boot-1");
        assertThat(bench.log.lines("WARN")).anyMatch(line -> line.startsWith("WARN This machine was reset: watchdog"));
    }

    @Test
    void heatAndPowerAreToldApart() throws Exception {
        boot(Map.of("watchdog0", Set.of(WatchdogFlag.OVERHEAT, WatchdogFlag.CARDRESET)), Duration.ZERO);
        lastIs(Event.BOOT, Cause.OVERHEAT);
        boot(Map.of("watchdog0", Set.of(), "watchdog1", Set.of(WatchdogFlag.POWERUNDER)), Duration.ofHours(1));
        lastIs(Event.BOOT, Cause.POWER);
    }

    @Test
    void theFirstStartEverIsOfUnknownCause() throws Exception {
        boot(Map.of("watchdog0", Set.of()), Duration.ZERO);
        lastIs(Event.BOOT, Cause.UNKNOWN);
    }

    @Test
    void aStopInOrderIsOneAndAKillIsNone() throws Exception {
        boot(Map.of(), Duration.ZERO);
        stop();
        lastIs(Event.STOP, Cause.ORDERLY);
        start(Map.of(), Duration.ofSeconds(5));
        lastIs(Event.START, Cause.ORDERLY);
        start(Map.of(), Duration.ofSeconds(5)); // killed in between
        lastIs(Event.START, Cause.UNKNOWN);
        stop();
        boot(Map.of(), Duration.ofMinutes(5));
        lastIs(Event.BOOT, Cause.ORDERLY);
    }

    @Test
    void aCardsWordCountsOncePerBoot() throws Exception {
        boot(CARD_RESET, Duration.ZERO);
        start(CARD_RESET, Duration.ofMinutes(1));
        lastIs(Event.START, Cause.UNKNOWN);
        assertThat(bench.halted).isEmpty();
    }

    @Test
    void whereTheCardKeepsNothingTheLadderSaysIt() throws Exception {
        boot(Map.of(), Duration.ZERO);
        bench.settings.put("ladder", new String[] {"reset"});
        start(Map.of(), Duration.ZERO);
        bench.watchdog("watchdog0", "Software Watchdog");
        bench.configure("main", "armed", true);
        bench.app("pump", 1000);
        bench.seconds(3);
        boot(Map.of("watchdog0", Set.of()), Duration.ofMinutes(1));
        lastIs(Event.BOOT, Cause.WATCHDOG);
        assertThat(last().detail()).isEqualTo("after reset pump");
    }

    @Test
    void anUpdateOfTheBundleIsNoStart() throws Exception {
        boot(Map.of(), Duration.ZERO);
        int before = bench.supervisor.entries().size();
        bench.supervisor.close();
        bench.start(); // the framework is active
        assertThat(bench.supervisor.entries()).hasSize(before);
    }

    @Test
    void aLineThatWasCutShortIsPassedOver() throws Exception {
        boot(Map.of(), Duration.ZERO);
        Path file = folder.resolve("watchdog/history");
        Files.writeString(file, "2026-11-22T20:00:00Z\tboot-1\tru\n\u0000\u0000\n", StandardOpenOption.APPEND);
        boot(Map.of(), Duration.ofMinutes(1));
        assertThat(bench.supervisor.entries()).extracting(Entry::event).containsExactly(Event.BOOT, Event.BOOT);
    }

    @Test
    void aFullFileMakesRoomAndBothAreRead() throws Exception {
        boot(Map.of(), Duration.ZERO);
        Path file = folder.resolve("watchdog/history");
        String line = Files.readAllLines(file).get(0) + "\n";
        Files.writeString(file, line.repeat(256 * 1024 / line.length() + 2));
        int before = bench.supervisor.entries().size();
        boot(Map.of(), Duration.ofMinutes(1));
        assertThat(Files.size(file)).isLessThan(1000);
        assertThat(bench.supervisor.entries()).hasSize(before + 1);
    }

    @Test
    void aFolderThatCannotBeWrittenIsToldAndNoReasonToStop() throws Exception {
        Files.writeString(folder.resolve("watchdog"), "a file");
        boot(CARD_RESET, Duration.ZERO);
        assertThat(bench.log.lines("WARN")).anyMatch(line -> line.contains("the history lacks"));
    }

    @Test
    void threeResetsWithinHalfAnHourAreALoop() throws Exception {
        for (int i = 0; i < 2; i++) {
            boot(CARD_RESET, Duration.ofMinutes(5));
            assertThat(bench.halted).isEmpty();
        }
        boot(CARD_RESET, Duration.ofMinutes(5));
        assertThat(bench.halted).containsExactly(75);
        lastIs(Event.SAFE_MODE, Cause.WATCHDOG);
        assertThat(folder.resolve("safe-mode")).hasContent("3 watchdog resets within 30 min");
    }

    @Test
    void slowResetsAreNoLoop() throws Exception {
        for (int i = 0; i < 6; i++) {
            boot(CARD_RESET, Duration.ofMinutes(16));
        }
        assertThat(folder.resolve("safe-mode")).doesNotExist();
    }

    @Test
    void otherBootsAreNoLoop() throws Exception {
        for (int i = 0; i < 6; i++) {
            boot(Map.of(), Duration.ofMinutes(1));
        }
        assertThat(folder.resolve("safe-mode")).doesNotExist();
    }

    @Test
    void whatWasBeforeSafeModeDoesNotCountAgain() throws Exception {
        for (int i = 0; i < 3; i++) {
            boot(CARD_RESET, Duration.ofMinutes(1));
        }
        Files.delete(folder.resolve("safe-mode"));
        start(CARD_RESET, Duration.ofMinutes(1)); // by hand
        assertThat(bench.halted).isEmpty();
        boot(CARD_RESET, Duration.ofMinutes(1));
        boot(CARD_RESET, Duration.ofMinutes(1));
        assertThat(bench.halted).isEmpty();
        boot(CARD_RESET, Duration.ofMinutes(1));
        assertThat(bench.halted).containsExactly(75);
    }

    @Test
    void inSafeModeItIsNotBrokenAgain() throws Exception {
        for (int i = 0; i < 2; i++) {
            boot(CARD_RESET, Duration.ofMinutes(1));
        }
        boots++;
        Bench safe = new Bench(folder);
        safe.bootId = "boot-" + boots;
        safe.bootStatus = CARD_RESET;
        safe.registry.property(Supervisor.SAFE_MODE, "because");
        safe.start();
        assertThat(safe.halted).isEmpty();
        assertThat(safe.log.lines("WARN")).anyMatch(line -> line.contains("Safe mode: because"));
    }

    @Test
    void aClockThatWentBackIsNoWayOut() throws Exception {
        for (int i = 0; i < 3; i++) {
            boot(CARD_RESET, Duration.ofMinutes(-5));
        }
        assertThat(bench.halted).containsExactly(75);
    }

    @Test
    void theBreakerCanBeSwitchedOff() throws Exception {
        boot(CARD_RESET, Duration.ZERO);
        bench.settings.put("breakerResets", 0);
        for (int i = 0; i < 6; i++) {
            boot(CARD_RESET, Duration.ofMinutes(1));
        }
        assertThat(folder.resolve("safe-mode")).doesNotExist();
    }
}
