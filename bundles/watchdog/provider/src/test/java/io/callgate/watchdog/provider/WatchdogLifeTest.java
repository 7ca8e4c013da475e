// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.resource.ResourceState;
import io.callgate.watchdog.Watchdog;
import io.callgate.watchdog.WatchdogAttributes;
import io.callgate.watchdog.WatchdogBusyException;
import io.callgate.watchdog.WatchdogDevice;
import io.callgate.watchdog.WatchdogDriver;
import io.callgate.watchdog.WatchdogFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** A configured watchdog from its device's coming to its end, with the kernel and its time in the test's hand. */
class WatchdogLifeTest {

    private static final String CARD = "i6300ESB timer";

    @TempDir
    Path folder;

    private Bench bench;
    private FakeWatchdog card;

    @BeforeEach
    void aMachineWithAWatchdog() throws IOException {
        bench = new Bench(folder).start();
        card = bench.watchdog("watchdog0", CARD);
    }

    @Test
    void aWatchdogIsAServiceThatNobodyHasOpened() throws IOException {
        WatchdogDevice device = bench.registry.service(WatchdogDevice.class).orElseThrow();
        assertThat(device.identity()).isEqualTo(CARD);
        assertThat(bench.registry.properties(device)).containsEntry(WatchdogDevice.DEVICE, "watchdog0");
        WatchdogAttributes now = device.read();
        assertThat(now.active()).isFalse();
        assertThat(now.timeout()).contains(Duration.ofSeconds(30));
        assertThat(now.timeLeft()).isEmpty();
        assertThat(now.status()).containsExactly(WatchdogFlag.KEEPALIVEPING);
        assertThat(now.pretimeoutGovernors()).containsExactly("noop", "panic");
        assertThat(card.opens).isZero();
    }

    @Test
    void whatIsConfiguredIsNotArmedUnlessItSaysSo() throws IOException {
        bench.configure("main", "identity", CARD);
        bench.seconds(60);
        assertThat(bench.service("main").isArmed()).isFalse();
        assertThat(bench.service("main").identity()).isEqualTo(CARD);
        assertThat(card.opens).isZero();
        assertThat(bench.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void armedItIsFedFourTimesInATimeout() throws IOException {
        bench.configure("main", "timeout", 8);
        bench.service("main").arm();
        assertThat(card.timeout).isEqualTo(8);
        int before = card.feedings.size();
        bench.seconds(40);
        assertThat(card.feedings.size() - before).isBetween(20, 21);
        assertThat(card.hasFired()).isFalse();
        assertThat(bench.service("main").driver()).isPresent();
    }

    @Test
    void armedByItsConfigurationItIsArmedWhenItsDeviceComes() throws IOException {
        bench.kernel.unplug(card.device());
        bench.configure("main", "identity", CARD, "armed", true);
        assertThat(bench.status("main").state()).isEqualTo(ResourceState.WAITING);
        assertThat(bench.reason("main")).startsWith("there is no watchdog \"i6300ESB timer\" here: ");
        bench.kernel.plug(card.device());
        bench.kernel.turn();
        assertThat(bench.service("main").isArmed()).isTrue();
    }

    @Test
    void aBusyOneNamesItsHolderAndIsTriedAgain() throws IOException {
        Path descriptors = Files.createDirectories(bench.proc.resolve("77/fd"));
        Files.createSymbolicLink(descriptors.resolve("3"), Path.of("/dev/watchdog"));
        Files.writeString(bench.proc.resolve("77/comm"), "watchdogd\n");
        card.busy = true;
        bench.configure("main", "armed", true);
        assertThat(bench.reason("main"))
                .isEqualTo("open /dev/watchdog0: EBUSY (Device or resource busy), held by watchdogd (pid 77)");
        assertThat(bench.isRegistered("main")).isFalse();
        card.busy = false;
        bench.seconds(5);
        assertThat(bench.service("main").isArmed()).isTrue();
    }

    @Test
    void armingABusyOneThrowsWithItsHolder() throws IOException {
        card.busy = true;
        bench.configure("main");
        Watchdog main = bench.service("main");
        assertThatThrownBy(main::arm)
                .isInstanceOf(WatchdogBusyException.class)
                .hasMessageContaining("held by a program that this user may not see");
        assertThat(main.isArmed()).isFalse();
        bench.seconds(10);
        assertThat(main.isArmed()).as("one refusal is not an order").isFalse();
    }

    @Test
    void aNodeThatIsAnotherDeviceIsNeverOpened() throws IOException {
        bench.nodes.put(Path.of("/dev/watchdog0"), new DeviceNode.Number(1, 1));
        bench.configure("main", "armed", true);
        assertThat(bench.reason("main")).contains("/dev/watchdog0 is refused", "248:0");
        bench.nodes.put(Path.of("/dev/watchdog0"), DeviceNode.Number.NONE);
        bench.seconds(10);
        assertThat(card.opens).isZero();
        assertThat(bench.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void disarmingStopsIt() throws IOException {
        bench.configure("main", "armed", true);
        bench.seconds(20);
        bench.service("main").disarm();
        assertThat(card.isActive()).isFalse();
        assertThat(card.mayStop).as("a magic character for the next one").isFalse();
        assertThat(bench.kernel.openDescriptors()).isEmpty();
        bench.seconds(60);
        assertThat(bench.service("main").isArmed())
                .as("until somebody says otherwise")
                .isFalse();
        assertThat(bench.isRegistered("main")).isTrue();
    }

    @Test
    void anOldDriverIsDisarmedByTheMagicCharacter() throws IOException {
        card.old = true;
        bench.configure("main", "armed", true);
        bench.service("main").disarm();
        assertThat(card.isActive()).isFalse();
        assertThat(card.written).endsWith("V");
    }

    @Test
    void aMagicCharacterThatSomebodyLeftIsTakenBack() throws IOException {
        card.mayStop = true;
        bench.configure("main", "armed", true);
        assertThat(card.mayStop).as("a killed gateway would disarm it").isFalse();
    }

    @Test
    void whatCannotBeDisarmedStaysArmedAndFed() throws IOException {
        card.nowayout = true;
        card.attribute("nowayout", "1\n");
        bench.configure("main", "armed", true);
        Watchdog main = bench.service("main");
        assertThatThrownBy(main::disarm).isInstanceOfSatisfying(ErrnoException.class, e -> assertThat(e.is(Errno.EBUSY))
                .isTrue());
        bench.seconds(100);
        assertThat(main.isArmed()).isTrue();
        assertThat(card.hasFired()).isFalse();
    }

    @Test
    void anUpdateNeitherDisarmsNorFires() throws IOException {
        WatchdogComponent old = bench.configure("main", "timeout", 8, "armed", true);
        bench.seconds(7);
        old.close(Bench.STOPPED);
        assertThat(bench.isRegistered("main")).isFalse();
        bench.seconds(20);
        assertThat(card.hasFired()).as("the door feeds it").isFalse();
        bench.configure("main", "timeout", 8, "armed", true);
        bench.seconds(40);
        assertThat(card.hasFired()).isFalse();
        assertThat(card.isActive()).isTrue();
        assertThat(card.opens).as("it was never closed").isEqualTo(1);
        assertThat(card.written).doesNotContain("V");
        assertThat(bench.kernel.kept()).isEmpty();
    }

    /** The feeding thread's turns are a quarter of a second apart: what is due between two is done at the later one. */
    @Test
    void aFeedingThatWouldComeWithTheResetIsRefused() throws IOException {
        bench.configure("main", "timeout", 8, "feedingInterval", 7751L, "armed", true);
        assertThat(bench.reason("main")).contains("7751 ms", "at least 250 ms shorter", "8000 ms");
        assertThat(card.opens).isZero();
    }

    @Test
    void whatWasHandedOverEndsInOrderIfAnotherDeviceIsMeantNow() throws IOException {
        FakeWatchdog second = bench.watchdog("watchdog1", "Software Watchdog");
        bench.configure("main", "identity", CARD, "armed", true).close(Bench.STOPPED);
        bench.nodes.put(Path.of("/dev/watchdog0"), new DeviceNode.Number(248, 1));
        bench.configure("main", "identity", "Software Watchdog", "armed", true);
        assertThat(card.isActive()).isFalse();
        assertThat(second.isActive()).isTrue();
        assertThat(bench.kernel.kept()).isEmpty();
    }

    @Test
    void oneThatHasGoneHasNoAttributes() {
        WatchdogDevice device = bench.registry.services(WatchdogDevice.class).get(0);
        bench.kernel.fail("open", card.path("uevent"), Errno.ENOENT);
        assertThatThrownBy(device::read)
                .isInstanceOfSatisfying(ErrnoException.class, e -> assertThat(e.is(Errno.ENOENT))
                        .isTrue());
    }

    @Test
    void whatWasArmedByHandIsArmedAfterAnUpdate() throws IOException {
        WatchdogComponent old = bench.configure("main");
        bench.service("main").arm();
        old.close(Bench.STOPPED);
        bench.configure("main");
        assertThat(bench.service("main").isArmed()).isTrue();
    }

    @Test
    void withoutASuccessorTheDoorStopsFeedingAndNeverDisarms() throws IOException {
        WatchdogComponent old = bench.configure("main", "timeout", 8, "armed", true, "handover", 10);
        old.close(Bench.STOPPED);
        bench.seconds(10);
        assertThat(card.hasFired()).isFalse();
        bench.seconds(9);
        assertThat(card.hasFired()).isTrue();
        assertThat(card.written).doesNotContain("V");
    }

    @Test
    void anUninstalledBundleEndsItInOrder() throws IOException {
        bench.configure("main", "armed", true, "onStop", "disarm").close(Bench.STOPPED);
        bench.kernel.endKept();
        assertThat(card.isActive()).isFalse();
        assertThat(bench.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void anUninstalledBundleLeavesItArmedIfThatIsConfigured() throws IOException {
        bench.configure("main", "armed", true, "onStop", "keep").close(Bench.STOPPED);
        bench.kernel.endKept();
        assertThat(card.isActive()).isTrue();
    }

    @Test
    void aStopOfTheGatewayDisarmsIt() throws IOException {
        WatchdogComponent main = bench.configure("main", "armed", true);
        bench.systemState = Bundle.STOPPING;
        main.close(Bench.STOPPED);
        assertThat(card.isActive()).isFalse();
        assertThat(bench.kernel.kept()).isEmpty();
    }

    @Test
    void aStopOfTheGatewayKeepsItArmedIfThatIsConfigured() throws IOException {
        WatchdogComponent main = bench.configure("main", "armed", true, "onStop", "keep");
        bench.systemState = Bundle.STOPPING;
        main.close(Bench.STOPPED);
        assertThat(card.isActive()).isTrue();
        assertThat(bench.kernel.openDescriptors()).isEmpty();
        assertThat(bench.log.lines("WARN"))
                .anyMatch(line -> line.contains("stays armed: it resets this machine in 30 s"));
    }

    @Test
    void aDeletedConfigurationDisarmsItAtOnce() throws IOException {
        bench.configure("main", "armed", true).close(Bench.DELETED);
        assertThat(card.isActive()).isFalse();
        assertThat(bench.kernel.kept()).isEmpty();
    }

    @Test
    void otherSettingsAreTakenInPlace() throws IOException {
        WatchdogComponent main = bench.configure("main", "timeout", 60, "armed", true);
        bench.seconds(6);
        main.configure(Bench.watchdogConfig("timeout", 8, "armed", true));
        bench.seconds(100);
        assertThat(card.timeout).isEqualTo(8);
        assertThat(card.hasFired()).isFalse();
        assertThat(card.opens).isEqualTo(1);
        assertThat(card.written).doesNotContain("V");
    }

    @Test
    void aConfigurationThatIsNoLongerArmedDoesNotDisarm() throws IOException {
        WatchdogComponent main = bench.configure("main", "armed", true);
        main.configure(Bench.watchdogConfig("armed", false));
        bench.seconds(10);
        assertThat(card.isActive()).isTrue();
        assertThat(bench.service("main").isArmed()).isTrue();
    }

    @Test
    void anotherDeviceEndsTheFirstInOrder() throws IOException {
        FakeWatchdog second = bench.watchdog("watchdog1", "Software Watchdog");
        WatchdogComponent main = bench.configure("main", "device", "watchdog0", "armed", true);
        bench.nodes.put(Path.of("/dev/watchdog0"), new DeviceNode.Number(248, 1));
        main.configure(Bench.watchdogConfig("device", "watchdog1", "armed", true));
        bench.kernel.turn();
        assertThat(card.isActive()).isFalse();
        assertThat(second.isActive()).isTrue();
        assertThat(bench.service("main").identity()).isEqualTo("Software Watchdog");
    }

    @Test
    void aBadConfigurationIsToldAndWhatIsArmedIsFedOn() throws IOException {
        WatchdogComponent main = bench.configure("main", "timeout", 8, "armed", true);
        main.configure(Bench.watchdogConfig("timeout", 8, "feedingInterval", 9000L));
        bench.kernel.turn();
        assertThat(bench.reason("main"))
                .startsWith("\"feedingInterval\" is 9000 ms; it must be at least 250 ms shorter");
        bench.seconds(60);
        assertThat(card.hasFired()).isFalse();
    }

    @Test
    void oneThatRunsWithoutAnybodyIsFedFromHere() throws IOException {
        card.active(true); // the gateway before this one was killed
        bench.configure("main");
        assertThat(bench.service("main").isArmed()).isTrue();
        assertThat(bench.log.lines("WARN")).anyMatch(line -> line.contains("was armed already"));
    }

    @Test
    void oneThatAnotherProgramFeedsIsLeftAlone() throws IOException {
        card.active(true);
        card.busy = true;
        bench.configure("main");
        assertThat(bench.service("main").isArmed()).isFalse();
    }

    @Test
    void inSafeModeNothingIsArmedThatWasNot() throws IOException {
        bench.registry.property(Supervisor.SAFE_MODE, "3 watchdog resets within 30 min");
        bench.configure("main", "armed", true);
        bench.seconds(20);
        assertThat(card.opens).isZero();
    }

    @Test
    void pretimeoutAndGovernorAreSet() throws IOException {
        bench.configure("main", "timeout", 60, "pretimeout", 20, "pretimeoutGovernor", "noop", "armed", true);
        assertThat(card.pretimeout).isEqualTo(20);
        assertThat(bench.kernel.value(card.path("pretimeout_governor")).strip()).isEqualTo("noop");
        int before = card.feedings.size();
        bench.seconds(40);
        assertThat(card.feedings.size() - before)
                .as("four times in what is left of the timeout")
                .isEqualTo(4);
    }

    @Test
    void withoutAPretimeoutItIsFedByItsTimeoutAlone() throws IOException {
        card.hasPretimeout = false;
        bench.configure("main", "timeout", 8, "armed", true);
        int before = card.feedings.size();
        bench.seconds(40);
        assertThat(card.feedings.size() - before).isEqualTo(20);
    }

    @Test
    void aTimeoutThatTheDriverRefusesDisarmsItAgain() throws IOException {
        card.mostTimeout = 100;
        bench.configure("main", "timeout", 200, "armed", true);
        assertThat(bench.reason("main")).contains("does not take the settings", "EINVAL");
        assertThat(card.isActive()).isFalse();
        assertThat(bench.kernel.openDescriptors()).isEmpty();
        bench.seconds(30);
        assertThat(card.opens).as("it is not armed again and again").isEqualTo(1);
        assertThat(bench.reason("main")).as("and says so still").contains("does not take the settings", "EINVAL");
    }

    @Test
    void aTimeoutThatIsRefusedByOneThatCannotBeDisarmedIsFedWithItsOwn() throws IOException {
        card.mostTimeout = 100;
        card.nowayout = true;
        bench.configure("main", "timeout", 200, "armed", true);
        bench.seconds(100);
        assertThat(bench.service("main").isArmed()).isTrue();
        assertThat(card.hasFired()).isFalse();
    }

    @Test
    void ofSeveralOneMustBeNamed() throws IOException {
        bench.watchdog("watchdog1", "Software Watchdog");
        bench.configure("main", "armed", true);
        assertThat(bench.reason("main"))
                .isEqualTo("there are several: watchdog0 (i6300ESB timer), watchdog1 (Software Watchdog);"
                        + " name one by \"device\" or \"identity\"");
        assertThat(card.opens).isZero();
    }

    @Test
    void aDeviceThatGoesIsGoneAndComesBack() throws IOException {
        bench.configure("main", "armed", true);
        bench.kernel.fail("ioctl", "/dev/watchdog0", Errno.ENODEV);
        bench.kernel.unplug(card.device());
        assertThat(bench.status("main").state()).isEqualTo(ResourceState.GONE);
        assertThat(bench.kernel.openDescriptors()).isEmpty();
        bench.kernel.mend("ioctl", "/dev/watchdog0");
        bench.kernel.plug(card.device());
        bench.kernel.turn();
        assertThat(bench.service("main").isArmed()).isTrue();
        assertThat(card.opens).isEqualTo(2);
    }

    @Test
    void theDriverAnswersAllThatTheKernelAsks() throws IOException {
        card.options = Set.of(WatchdogFlag.values());
        bench.configure("main", "timeout", 20, "armed", true);
        WatchdogDriver driver = bench.service("main").driver().orElseThrow();
        assertThat(driver.support().identity()).isEqualTo(CARD);
        assertThat(driver.support().firmwareVersion()).isEqualTo(7);
        assertThat(driver.support().options()).hasSize(WatchdogFlag.values().length);
        assertThat(driver.status()).containsExactly(WatchdogFlag.KEEPALIVEPING);
        assertThat(driver.bootStatus()).containsExactly(WatchdogFlag.CARDRESET);
        assertThat(driver.setTimeout(Duration.ofSeconds(40))).isEqualTo(driver.timeout());
        assertThat(driver.setPretimeout(Duration.ofSeconds(4))).isEqualTo(driver.pretimeout());
        assertThat(driver.timeLeft()).isEqualTo(Duration.ofSeconds(40));
        driver.panicOnOverheat();
        assertThatThrownBy(driver::temperature).hasMessageContaining("ENOTTY");
        bench.service("main").disarm();
        assertThatThrownBy(driver::status).hasMessageContaining("was closed");
        assertThat(bench.service("main").driver()).isEmpty();
    }

    @Test
    void aShorterTimeoutThatAnApplicationSetsIsFedForAtOnce() throws IOException {
        bench.configure("main", "timeout", 60, "feedingInterval", 15_000L, "armed", true);
        bench.seconds(1);
        bench.service("main").driver().orElseThrow().setTimeout(Duration.ofSeconds(4));
        bench.seconds(60);
        assertThat(card.hasFired()).isFalse();
    }

    @Test
    void aDriverWithoutKeepAliveIsFedWithBytes() throws IOException {
        card.options = Set.of(WatchdogFlag.MAGICCLOSE);
        bench.configure("main", "armed", true);
        bench.seconds(100);
        assertThat(card.hasFired()).isFalse();
        assertThat(card.written).contains("\0").doesNotContain("V");
    }

    @Test
    void aDeviceThatCannotBeFedIsToldOnceAndWhenItIsFedAgain() throws IOException {
        bench.configure("main", "armed", true);
        bench.seconds(10);
        bench.kernel.fail("ioctl", "/dev/watchdog0", Errno.EIO);
        bench.seconds(30);
        assertThat(bench.log.lines("ERROR")).hasSize(1).first().asString().contains("watchdog0 cannot be fed", "EIO");
        bench.kernel.mend("ioctl", "/dev/watchdog0");
        bench.seconds(1);
        assertThat(bench.log.lines("INFO")).contains("INFO watchdog0 is fed again");
    }
}
