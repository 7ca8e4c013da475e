// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.callgate.watchdog.CheckIn;
import io.callgate.watchdog.HealthProbe;
import io.callgate.watchdog.RebootHistory.Entry;
import io.callgate.watchdog.RebootHistory.Event;
import io.callgate.watchdog.WatchdogClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** Deadlines, and what follows when one has passed: in virtual time, to the turn. */
class LadderTest {

    private static final String[] RESTARTED = {"disableComponent pump", "enableComponent pump"};

    @TempDir
    Path folder;

    private Bench bench;
    private FakeWatchdog card;
    private WatchdogComponent main;

    @BeforeEach
    void anArmedWatchdog() throws Exception {
        start();
    }

    private void start(Object... settings) throws Exception {
        bench = new Bench(folder);
        for (int i = 0; i < settings.length; i += 2) {
            bench.settings.put((String) settings[i], settings[i + 1]);
        }
        bench.start();
        card = bench.watchdog("watchdog0", "i6300ESB timer");
        main = bench.configure("main", "timeout", 8, "armed", true);
    }

    private void live(Bench.App app, int seconds) {
        for (int i = 0; i < seconds; i++) {
            app.checkIn.alive();
            bench.seconds(1);
        }
    }

    private List<String> rungs() {
        return bench.supervisor.entries().stream()
                .filter(each -> each.event() == Event.RUNG)
                .map(Entry::detail)
                .toList();
    }

    @Test
    void whoChecksInIsLeftAlone() {
        live(bench.app("pump", 2000), 60);
        assertThat(rungs()).isEmpty();
        assertThat(card.hasFired()).isFalse();
    }

    @Test
    void theRungsComeInOrderAndTheLastEndsTheFeeding() throws Exception {
        bench.app("pump", 5000);
        bench.seconds(6);
        bench.awaitDone(RESTARTED);
        assertThat(rungs()).containsExactly("component pump");
        assertThat(bench.log.lines("ERROR")).anyMatch(line -> line.contains("pump has missed its deadline of 5000 ms"));
        bench.seconds(10);
        assertThat(rungs()).containsExactly("component pump", "bundle pump");
        bench.seconds(10);
        assertThat(rungs()).containsExactly("component pump", "bundle pump", "gateway pump");
        assertThat(card.hungry()).isLessThan(Duration.ofSeconds(3));
        bench.seconds(10);
        assertThat(rungs()).endsWith("reset pump");
        Duration last = card.feedings.get(card.feedings.size() - 1);
        assertThat(last).as("5 s of the deadline and 30 s of the climb").isLessThanOrEqualTo(Duration.ofMillis(35_500));
        bench.seconds(8);
        assertThat(card.hasFired()).isTrue();
        assertThat(card.feedings).last().isEqualTo(last);
    }

    @Test
    void anotherConfigurationChangesNothingOfAClimbThatIsUnderWay() throws Exception {
        bench.app("pump", 5000);
        bench.seconds(16);
        bench.settings.put("climbSeconds", 10);
        bench.supervisor.configure(Bench.config(Supervisor.Config.class, bench.settings));
        bench.seconds(8);
        assertThat(card.hungry()).as("30 s were promised").isLessThan(Duration.ofSeconds(3));
        assertThat(rungs()).containsExactly("component pump", "bundle pump");
        bench.seconds(12);
        assertThat(rungs()).endsWith("reset pump");
    }

    @Test
    void whoCannotBeLookedAfterIsNamedAndTheOthersAre() throws Exception {
        Bench.App broken = bench.new App("broken", 5000) {
            @Override
            public CheckIn checkIn() {
                throw new IllegalStateException("not yet");
            }
        };
        broken.come();
        bench.app("pump", 5000);
        assertThat(bench.log.lines("WARN"))
                .containsOnlyOnce("WARN broken is not looked after: its checkIn() throws"
                        + " java.lang.IllegalStateException: not yet");
        bench.seconds(6);
        assertThat(rungs()).containsExactly("component pump");
    }

    @Test
    void theInstancesOfAFactoryAreToldApartByTheirConfigurations() {
        for (String name : List.of("north", "south")) {
            Bench.App instance = bench.new App("pump", 5000);
            instance.properties.put("service.pid", "pump~" + name);
            instance.come();
        }
        assertThat(bench.supervisor.clients())
                .extracting(each -> each.id().name(), each -> each.id().component())
                .containsExactly(tuple("pump~north", "pump"), tuple("pump~south", "pump"));
        assertThat(bench.log.lines("WARN")).isEmpty();
    }

    @Test
    void twoOfOneNameAreTold() {
        bench.app("pump", 5000);
        bench.app("pump", 5000);
        assertThat(bench.log.lines("WARN"))
                .singleElement()
                .asString()
                .contains("pump is the name of two clients", WatchdogClient.CLIENT);
    }

    @Test
    void aProbeThatDiesOfAnErrorIsAskedAgainAndItsTroubleSaid() throws Exception {
        HealthProbe probe = () -> {
            throw new StackOverflowError();
        };
        bench.supervisor.addProbe(
                probe, Map.of("service.id", 99L, "component.name", "deep", WatchdogClient.DEADLINE, 3000L));
        bench.seconds(4);
        assertThat(bench.log.lines("ERROR"))
                .anyMatch(line ->
                        line.contains("deep has missed its deadline of 3000 ms" + " (java.lang.StackOverflowError)"));
    }

    @Test
    void theGatewayIsEndedEvenIfItDoesNotStopInOrder() throws Exception {
        start("ladder", new String[] {"gateway"}, "climbSeconds", 10);
        bench.app("pump", 1000);
        bench.seconds(2);
        bench.awaitDone("update 0", "halt 75");
    }

    /** The gateway's rung is over: another process, another kernel's view of it, the same boot and the same history. */
    private void gatewayIsRestarted() throws Exception {
        bench.app("pump", 5000);
        bench.seconds(26);
        assertThat(rungs()).endsWith("gateway pump");
        start();
    }

    @Test
    void whoDoesNotComeBackAfterTheGatewaysRestartGetsTheReset() throws Exception {
        gatewayIsRestarted();
        bench.seconds(9);
        assertThat(rungs()).endsWith("gateway pump");
        bench.seconds(2);
        assertThat(rungs()).endsWith("reset pump");
        bench.seconds(8);
        assertThat(card.hasFired()).isTrue();
    }

    /** systemd's is armed when the framework has started, which may be late. */
    @Test
    void afterTheGatewaysRestartTheResetWaitsForAnArmedWatchdog() throws Exception {
        gatewayIsRestarted();
        bench.service("main").disarm();
        bench.app("pump", 1000);
        bench.seconds(15);
        assertThat(rungs()).endsWith("gateway pump");
        bench.service("main").arm();
        bench.seconds(1);
        assertThat(rungs()).endsWith("reset pump");
    }

    @Test
    void whoHangsAgainAfterTheGatewaysRestartGetsTheReset() throws Exception {
        gatewayIsRestarted();
        Bench.App pump = bench.app("pump", 5000);
        live(pump, 20);
        assertThat(rungs()).endsWith("gateway pump");
        bench.seconds(6);
        assertThat(rungs()).endsWith("gateway pump", "reset pump");
    }

    @Test
    void whoIsWellAfterTheGatewaysRestartIsLeftAlone() throws Exception {
        gatewayIsRestarted();
        live(bench.app("pump", 5000), 400);
        assertThat(rungs()).endsWith("gateway pump");
        assertThat(card.hasFired()).isFalse();
        assertThat(bench.log.lines("INFO")).contains("INFO pump is well again after gateway");
    }

    @Test
    void whileTheLadderRestartsTheGatewayNothingIsDisarmed() throws Exception {
        start("ladder", new String[] {"gateway"});
        bench.app("pump", 1000);
        bench.seconds(2);
        assertThat(bench.supervisor.isRestarting()).isTrue();
        bench.systemState = Bundle.STOPPING;
        main.close(Bench.STOPPED);
        assertThat(card.isActive()).isTrue();
        assertThat(bench.kernel.kept()).isEmpty();
        bench.supervisor.close();
        assertThat(bench.supervisor.entries()).noneMatch(each -> each.event() == Event.STOP);
    }

    @Test
    void withOnlyTheResetFeedingEndsWithTheDeadline() throws Exception {
        start("ladder", new String[] {"reset"});
        Bench.App pump = bench.app("pump", 5000);
        live(pump, 10);
        Duration missed = bench.kernel.time().plusSeconds(4); // the last sign of life was a second ago
        bench.seconds(20);
        assertThat(card.feedings).last().satisfies(last -> assertThat(last)
                .isLessThanOrEqualTo(missed.plusMillis(500)));
        assertThat(card.hasFired()).isTrue();
        assertThat(bench.done).isEmpty();
    }

    @Test
    void aRestartThatHelpsEndsTheClimb() throws Exception {
        Bench.App pump = bench.app("pump", 2000);
        bench.seconds(3);
        bench.awaitDone(RESTARTED);
        pump.leave();
        bench.seconds(2);
        Bench.App again = bench.app("pump", 2000);
        live(again, 60);
        assertThat(rungs()).containsExactly("component pump");
        assertThat(card.hasFired()).isFalse();
        assertThat(bench.log.lines("INFO")).contains("INFO pump is well again after component");
    }

    @Test
    void whoDoesNotComeBackFromItsRestartIsNotWell() {
        Bench.App pump = bench.app("pump", 2000);
        bench.seconds(3);
        pump.leave(); // the restart hangs
        bench.seconds(60);
        assertThat(rungs()).endsWith("reset pump");
        assertThat(card.hasFired()).isTrue();
    }

    /** It comes back from each restart as it was, and has a deadline that is longer than the way to the next rung. */
    @Test
    void whoComesBackAndIsNotHeardIsNotWell() throws Exception {
        Bench.App pump = bench.app("pump", 30_000);
        bench.seconds(31);
        for (int i = 0; i < 2; i++) {
            pump.leave();
            pump = bench.app("pump", 30_000);
            bench.seconds(10);
        }
        assertThat(rungs()).containsExactly("component pump", "bundle pump", "gateway pump");
        bench.seconds(10);
        assertThat(rungs()).endsWith("reset pump");
        bench.seconds(8);
        assertThat(card.hasFired()).isTrue();
    }

    @Test
    void whoWorksForItsDeadlineAfterEachRestartIsRememberedForLonger() throws Exception {
        for (int i = 0; i < 2; i++) {
            Bench.App pump = bench.app("pump", 400_000);
            pump.checkIn.alive();
            bench.seconds(402);
            pump.leave();
            Bench.App again = bench.app("pump", 400_000);
            live(again, 20);
            again.leave();
        }
        assertThat(rungs()).containsExactly("component pump", "bundle pump");
    }

    @Test
    void whoIsLateWhileNothingIsArmedHasAllOfTheTimeWhenItIs() throws Exception {
        bench.service("main").disarm();
        bench.app("pump", 2000);
        bench.seconds(60);
        bench.service("main").arm();
        bench.seconds(25);
        assertThat(rungs()).endsWith("gateway pump");
        assertThat(card.hungry()).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void whoseBundleWasTakenAwayIsNotWaitedFor() {
        Bench.App pump = bench.app("pump", 2000);
        bench.seconds(3);
        pump.leave();
        bench.pumpInstalled = false;
        bench.seconds(60);
        assertThat(rungs()).containsExactly("component pump");
        assertThat(card.hasFired()).isFalse();
    }

    @Test
    void whoNeedsTheLadderAgainBeginsOneRungHigher() throws Exception {
        for (int i = 0; i < 2; i++) {
            Bench.App pump = bench.app("pump", 2000);
            bench.seconds(3);
            pump.leave();
            Bench.App again = bench.app("pump", 2000);
            live(again, 20);
            again.leave();
        }
        assertThat(rungs()).containsExactly("component pump", "bundle pump");
    }

    @Test
    void aClientThatIsNoComponentBeginsWithItsBundle() throws Exception {
        Bench.App pump = bench.new App("pump", 2000);
        pump.properties.put("watchdog.client", "pump");
        pump.properties.remove("component.name");
        pump.come();
        bench.seconds(3);
        bench.awaitDone("stop 17", "start 17");
        assertThat(rungs()).containsExactly("bundle pump");
    }

    @Test
    void withoutAnArmedWatchdogAMissIsToldAndNothingIsDone() throws Exception {
        bench.service("main").disarm();
        bench.app("pump", 2000);
        bench.seconds(60);
        assertThat(rungs()).isEmpty();
        assertThat(bench.log.lines("WARN"))
                .filteredOn(line -> line.contains("pump has missed"))
                .hasSize(1);
    }

    @Test
    void whoIsUnregisteredIsForgotten() {
        Bench.App pump = bench.app("pump", 2000);
        bench.seconds(1);
        pump.leave();
        bench.seconds(60);
        assertThat(rungs()).isEmpty();
        assertThat(bench.supervisor.clients()).isEmpty();
    }

    @Test
    void aDeadlineThatIsNoneIsToldAndNotKept() {
        Bench.App pump = bench.new App("pump", 10);
        pump.come();
        pump.leave();
        assertThat(bench.supervisor.clients()).isEmpty();
        assertThat(bench.log.lines("WARN")).anyMatch(line -> line.contains("watchdog.deadline is 10, and must be"));
    }

    @Test
    void aProbeIsAskedThreeTimesInADeadline() {
        int[] asked = {0};
        boolean[] well = {true};
        HealthProbe probe = () -> {
            asked[0]++;
            if (!well[0]) {
                throw new IllegalStateException("the valve is stuck");
            }
        };
        bench.supervisor.addProbe(probe, bench.new App("valve", 3000).properties);
        bench.seconds(30);
        assertThat(asked[0]).isBetween(30, 31);
        assertThat(rungs()).isEmpty();
        well[0] = false;
        bench.seconds(5);
        assertThat(rungs()).containsExactly("component valve");
        assertThat(bench.log.lines("ERROR"))
                .anyMatch(line -> line.contains("valve has missed its deadline of 3000 ms (the valve is stuck)"));
    }

    @Test
    void anUnknownRungIsToldAndTheResetIsAlwaysThere() throws Exception {
        start("ladder", new String[] {"reboot", "bundle"}, "climbSeconds", 4);
        bench.app("pump", 1000);
        bench.seconds(10);
        assertThat(rungs()).containsExactly("bundle pump", "reset pump");
        assertThat(bench.log.lines("WARN")).anyMatch(line -> line.contains("\"reboot\" is no rung"));
    }

    @Test
    void whoComesToLifeAfterTheLastRungIsFedForAgain() throws Exception {
        start("ladder", new String[] {"reset"});
        Bench.App pump = bench.app("pump", 2000);
        bench.seconds(5);
        live(pump, 30);
        assertThat(card.hungry()).isLessThan(Duration.ofSeconds(3));
    }
}
