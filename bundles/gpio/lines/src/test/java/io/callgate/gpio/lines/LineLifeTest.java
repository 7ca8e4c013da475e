// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.Bias;
import io.callgate.gpio.DigitalInput;
import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineChange;
import io.callgate.gpio.LineChangeListener;
import io.callgate.gpio.LineGroup;
import io.callgate.gpio.RequestConfig;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Waiting, live, handover, gone and back, with chips, backends and the time in the test's hand. */
class LineLifeTest {

    private final Gateway gateway = new Gateway();
    private final FakeBoard lab = new FakeBoard("gpiochip0", "lab-gpio", "BUTTON", "LED", "RELAY", "");

    private void released(String chip, int offset, long lost) throws Exception {
        LineChange change =
                new LineChange(LineChange.Kind.RELEASED, new FakeChip(lab, "chardev").info(offset), 1, lost);
        assertThat(change.line().chip()).isEqualTo(chip);
        for (LineChangeListener listener : gateway.registry.services(LineChangeListener.class)) {
            listener.changed(change);
        }
    }

    // Live

    @Test
    void anOutputByItsKernelNameIsAServiceThatDrivesTheLine() throws IOException {
        gateway.chardev(lab);
        gateway.output("lamp", "line", "LED", "initial", "active");
        DigitalOutput lamp = gateway.output("lamp");
        assertThat(lamp.name()).isEqualTo("lamp");
        assertThat(lamp.level()).isEqualTo(Level.ACTIVE);
        lamp.set(Level.INACTIVE);
        assertThat(lab.done).containsExactly("request 1", "set 1=0");
        assertThat(lamp.level()).isEqualTo(Level.INACTIVE);
        assertThat(lamp.info().name()).isEqualTo("LED");
        assertThat(lamp.info().consumer()).isEqualTo("callgate:lamp");
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
        assertThat(gateway.registry.properties(lamp))
                .containsEntry("callgate.name", "lamp")
                .containsEntry("gpio.chip", "gpiochip0")
                .containsEntry("gpio.label", "lab-gpio")
                .containsEntry("gpio.backend", "chardev")
                .containsEntry("gpio.offset", 1);
    }

    @Test
    void aChipIsKnownByItsLabelAlsoWhenItWasRenumbered() throws IOException {
        FakeChip chip = gateway.chardev(lab);
        gateway.input("button", "chip", "lab-gpio", "offset", 0);
        chip.die();
        gateway.go(chip);
        assertThat(gateway.state("button")).isEqualTo(ResourceState.WAITING);
        gateway.chardev(new FakeBoard("gpiochip7", "lab-gpio", "BUTTON", "LED"));
        assertThat(gateway.input("button").info().chip()).isEqualTo("gpiochip7");
    }

    @Test
    void aGroupIsReadAndDrivenByMask() throws IOException {
        gateway.chardev(lab);
        gateway.group("bank", "lines", List.of("RELAY", "LED"), "direction", "output");
        LineGroup bank = gateway.group("bank");
        assertThat(bank.all()).isEqualTo(3);
        bank.set(3, 1);
        assertThat(lab.wires.get(2).active).isTrue();
        assertThat(lab.wires.get(1).active).isFalse();
        assertThat(bank.levels(2)).isZero();
        assertThat(bank.levels(3)).isEqualTo(1);
        assertThat(bank.info()).extracting(line -> line.name()).containsExactly("RELAY", "LED");
        assertThatThrownBy(() -> bank.set(4, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0x4 has bits for lines that are not in bank");
        assertThatThrownBy(() -> bank.levels(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(gateway.registry.properties(bank)).containsEntry("gpio.offset", List.of(2, 1));
    }

    @Test
    void whatIsConfiguredReachesTheChip() {
        FakeChip chip = gateway.chardev(lab);
        gateway.input(
                "button",
                "line",
                "BUTTON",
                "edges",
                "both",
                "debounce",
                5000,
                "bias",
                "pull-up",
                "activeLow",
                true,
                "eventBuffer",
                64);
        RequestConfig asked = chip.requests.get(0).config;
        assertThat(asked.name()).isEqualTo("button");
        assertThat(asked.eventBufferSize()).isEqualTo(64);
        assertThat(asked.lines().get(0).settings().debounce()).isEqualTo(Duration.ofMillis(5));
        assertThat(asked.lines().get(0).settings().edges()).isEqualTo(EdgeDetection.BOTH);
        assertThat(asked.lines().get(0).settings().bias()).isEqualTo(Bias.PULL_UP);
        assertThat(asked.lines().get(0).settings().activeLow()).isTrue();
    }

    @Test
    void edgesReachTheListenersOfItsName() {
        FakeChip chip = gateway.chardev(lab);
        gateway.input("button", "line", "BUTTON", "edges", "both");
        Gateway.Heard heard = gateway.listen("button");
        chip.requests.get(0).edges(3);
        assertThat(heard.batches).isEqualTo(1);
        assertThat(heard.edges).extracting(edge -> edge.sequence()).containsExactly(1L, 2L, 3L);
    }

    // Waiting

    @Test
    void aRefusedConfigurationWaitsWithTheReasonAndTheOthersRunOn() {
        gateway.chardev(lab);
        gateway.output("lamp", "line", "LED");
        Gateway.Configured bad = gateway.input("button", "line", "BUTTON", "bias", "pullup");
        assertThat(gateway.state("button")).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.reason("button"))
                .isEqualTo(
                        "bias \"pullup\" is unknown, did you mean pull-up?" + " (as-is, disabled, pull-up, pull-down)");
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
        bad.modify(Map.of("line", "BUTTON", "bias", "pull-up"));
        assertThat(gateway.state("button")).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void aConfigurationThatBecomesBadReleasesItsLine() {
        gateway.chardev(lab);
        Gateway.Configured lamp = gateway.output("lamp", "line", "LED", "safe", "active");
        lamp.modify(Map.of("line", "LED", "safe", "on fire"));
        assertThat(gateway.reason("lamp")).startsWith("safe \"on fire\" is unknown");
        assertThat(gateway.find(DigitalOutput.class, "lamp")).isEmpty();
        assertThat(lab.done).containsExactly("request 1", "safe 1=1", "release 1");
    }

    @Test
    void aBusyLineWaitsWithItsHoldersNameAndComesWhenItIsReleased() throws Exception {
        gateway.chardev(lab);
        lab.hold(1, "gpioset");
        gateway.output("heater", "line", "LED");
        assertThat(gateway.state("heater")).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.reason("heater"))
                .isEqualTo("line LED (1) of lab-gpio is held by \"gpioset\""
                        + " (stop that program, or name another line)");
        LineChangeListener listener =
                gateway.registry.service(LineChangeListener.class).orElseThrow();
        assertThat((String[]) gateway.registry.properties(listener).get("gpio.chip"))
                .containsExactly("gpiochip0");
        lab.hold(1, "");
        released("gpiochip0", 0, 0);
        assertThat(gateway.find(DigitalOutput.class, "heater")).isEmpty();
        released("gpiochip0", 1, 0);
        assertThat(gateway.state("heater")).isEqualTo(ResourceState.LIVE);
        assertThat(gateway.registry.services(LineChangeListener.class)).isEmpty();
    }

    @Test
    void aReleaseThatWasLostIsFound() throws Exception {
        gateway.chardev(lab);
        lab.hold(1, "gpioset");
        gateway.output("heater", "line", "LED");
        lab.hold(1, "");
        released("gpiochip0", 2, 7);
        assertThat(gateway.state("heater")).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void aReleaseBeforeAnybodyListenedIsFoundByALastLookAndThenNobodyLooksAnyMore() {
        FakeChip chip = gateway.chardev(lab);
        lab.hold(1, "gpioset");
        lab.hold(2, "gpioset");
        gateway.output("heater", "line", "LED");
        gateway.output("pump", "line", "RELAY");
        lab.hold(1, "");
        gateway.millis(2500);
        assertThat(gateway.state("heater")).isEqualTo(ResourceState.LIVE);
        int asked = chip.asked;
        gateway.millis(60_000);
        assertThat(chip.asked).isEqualTo(asked);
        assertThat(gateway.kernel.registrations()).isZero();
        assertThat(gateway.registry.services(LineChangeListener.class)).hasSize(1);
    }

    @Test
    void sysfsTellsNoReleaseSoItIsTriedEveryTwoSeconds() {
        FakeChip chip = gateway.sysfs(lab);
        lab.hold(1, "");
        gateway.millis(1000);
        lab.hold(1, "sysfs");
        gateway.output("heater", "chip", "lab-gpio", "offset", 1);
        int asked = chip.asked;
        gateway.millis(8_600);
        assertThat(chip.asked - asked).isEqualTo(4);
        lab.hold(1, "");
        gateway.millis(2_250);
        assertThat(gateway.state("heater")).isEqualTo(ResourceState.LIVE);
        gateway.millis(2_250);
        assertThat(gateway.kernel.registrations()).isZero();
    }

    @Test
    void aLineOfThisGatewayIsNamedAndComesWhenItsConfigurationGoes() throws Exception {
        gateway.chardev(lab);
        Gateway.Configured first = gateway.output("lamp", "line", "LED");
        gateway.output("twin", "chip", "lab-gpio", "offset", 1);
        assertThat(gateway.reason("twin"))
                .isEqualTo("line LED (1) of lab-gpio is held by lamp of this gateway"
                        + " (name another line, or delete one of the two configurations)");
        first.deactivate(Gateway.DELETED);
        released("gpiochip0", 1, 0);
        assertThat(gateway.state("twin")).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void whatTheKernelRefusesIsTriedAgain() throws IOException {
        FakeChip chip = gateway.chardev(lab);
        chip.failure = new ErrnoException("open", "/dev/gpiochip0", Errno.EACCES);
        gateway.output("lamp", "line", "LED");
        assertThat(gateway.reason("lamp"))
                .startsWith("open /dev/gpiochip0: EACCES")
                .endsWith(": tries again");
        gateway.go(chip);
        gateway.come(chip);
        gateway.millis(20_000);
        assertThat(chip.asked).as("one retry at a time, whatever else wakes it").isLessThan(13);
        chip.failure = null;
        gateway.millis(2_250);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
        assertThat(gateway.log.lines())
                .filteredOn(line -> line.contains("EACCES"))
                .hasSizeLessThan(3);
    }

    @Test
    void aSettingThatTheBackendCannotDoIsSaidAndNoLesserBackendIsTaken() {
        FakeChip chip = gateway.chardev(lab);
        gateway.sysfs(lab);
        gateway.millis(2000);
        chip.unsupported = "debounce";
        Gateway.Configured button = gateway.input("button", "line", "BUTTON", "debounce", 10);
        assertThat(gateway.reason("button")).isEqualTo("chardev cannot debounce: take it out");
        assertThat(lab.done).isEmpty();
        button.modify(Map.of("line", "BUTTON"));
        assertThat(gateway.state("button")).isEqualTo(ResourceState.LIVE);
    }

    // Backends

    @Test
    void theBetterBackendIsTakenWhicheverComesFirst() {
        FakeChip sysfs = gateway.sysfs(lab);
        gateway.output("lamp", "chip", "lab-gpio", "offset", 1);
        assertThat(gateway.reason("lamp"))
                .isEqualTo("lab-gpio (gpiochip0) is served by sysfs only: waits a moment for a better backend");
        gateway.chardev(lab);
        assertThat(gateway.registry.properties(gateway.output("lamp"))).containsEntry("gpio.backend", "chardev");
        gateway.millis(5000);
        assertThat(sysfs.asked).isZero();
    }

    @Test
    void whereThereIsOnlySysfsItServesAfterAMoment() {
        gateway.sysfs(lab);
        gateway.output("lamp", "chip", "lab-gpio", "offset", 1);
        gateway.millis(900);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.WAITING);
        gateway.millis(350);
        assertThat(gateway.registry.properties(gateway.output("lamp"))).containsEntry("gpio.backend", "sysfs");
    }

    @Test
    void aBackendThatIsNamedIsTakenAtOnceAndNoOther() {
        gateway.chardev(lab);
        gateway.output("lamp", "chip", "lab-gpio", "offset", 1, "backend", "sysfs");
        assertThat(gateway.reason("lamp"))
                .isEqualTo("lab-gpio (gpiochip0) is served by chardev, not by \"sysfs\""
                        + " (start io.callgate.gpio.sysfs, or take \"backend\" out)");
        gateway.sysfs(lab);
        assertThat(gateway.registry.properties(gateway.output("lamp"))).containsEntry("gpio.backend", "sysfs");
    }

    @Test
    void anInputOnSysfsMovesWhenTheCharacterDeviceComesAndStaysRegistered() throws IOException {
        gateway.sysfs(lab);
        gateway.input("button", "chip", "lab-gpio", "offset", 0);
        gateway.millis(1250);
        DigitalInput button = gateway.input("button");
        gateway.chardev(lab);
        assertThat(gateway.input("button")).isSameAs(button);
        assertThat(gateway.registry.properties(button)).containsEntry("gpio.backend", "chardev");
        assertThat(lab.done).containsExactly("request 0", "release 0", "request 0");
        assertThat(button.level()).isEqualTo(Level.INACTIVE);
    }

    @Test
    void anOutputOnSysfsIsNotTouchedUntilItsConfigurationIs() {
        gateway.sysfs(lab);
        Gateway.Configured lamp = gateway.output("lamp", "chip", "lab-gpio", "offset", 1);
        gateway.millis(1250);
        gateway.chardev(lab);
        assertThat(lab.done).containsExactly("request 1");
        lamp.modify(Map.of("chip", "lab-gpio", "offset", 1, "activeLow", true));
        assertThat(gateway.registry.properties(gateway.output("lamp"))).containsEntry("gpio.backend", "chardev");
    }

    // Reconfigured

    @Test
    void otherSettingsAreTakenInPlace() {
        gateway.chardev(lab);
        Gateway.Configured lamp = gateway.output("lamp", "line", "LED");
        DigitalOutput before = gateway.output("lamp");
        lamp.modify(Map.of("line", "LED", "activeLow", true));
        assertThat(lab.done).containsExactly("request 1", "reconfigure 1");
        assertThat(gateway.output("lamp")).isSameAs(before);
    }

    @Test
    void theSameLineByOtherWordsIsTheSameLine() {
        gateway.chardev(lab);
        Gateway.Configured lamp = gateway.output("lamp", "line", "LED");
        lamp.modify(Map.of("chip", "gpiochip0", "offset", 1));
        assertThat(lab.done).containsExactly("request 1", "reconfigure 1");
    }

    @Test
    void anotherLineIsRequestedAfterTheOldOneWasReleasedInOrder() {
        gateway.chardev(lab);
        Gateway.Configured lamp = gateway.output("lamp", "line", "LED", "safe", "inactive");
        lamp.modify(Map.of("line", "RELAY"));
        assertThat(lab.done).containsExactly("request 1", "safe 1=0", "release 1", "request 2");
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void aSettingThatCannotBeTakenInPlaceIsSaid() {
        FakeChip chip = gateway.chardev(lab);
        chip.unsupported = "debounce";
        Gateway.Configured button = gateway.input("button", "line", "BUTTON");
        button.modify(Map.of("line", "BUTTON", "debounce", 1));
        assertThat(gateway.reason("button")).isEqualTo("chardev cannot debounce: take it out");
        assertThat(gateway.find(DigitalInput.class, "button")).isEmpty();
        button.modify(Map.of("line", "BUTTON"));
        assertThat(gateway.state("button")).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void anotherEventBufferIsAnotherRequest() {
        gateway.chardev(lab);
        Gateway.Configured button = gateway.input("button", "line", "BUTTON");
        button.modify(Map.of("line", "BUTTON", "eventBuffer", 100));
        assertThat(lab.done).containsExactly("request 0", "release 0", "request 0");
    }

    /** The chip's service leaves a moment before its backend leaves the lines: nothing may be released in between. */
    @Test
    void settingsThatChangeWhileTheBackendIsLeavingReleaseNothing() {
        FakeChip before = gateway.chardev(lab);
        gateway.sysfs(lab);
        gateway.millis(1250);
        Gateway.Configured lamp = gateway.output("lamp", "line", "LED");
        gateway.go(before);
        lamp.modify(Map.of("line", "LED", "activeLow", true));
        before.leaveAll();
        lamp.modify(Map.of("line", "LED"));
        gateway.chardev(lab);
        assertThat(lab.done).containsExactly("request 1", "reconfigure 1", "leave 1", "take 1", "configure 1");
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
    }

    // Handover

    @Test
    void anUpdateOfTheBackendIsAHandoverOfTheSameService() throws IOException {
        FakeChip before = gateway.chardev(lab);
        gateway.output("lamp", "line", "LED", "initial", "active", "safe", "inactive");
        DigitalOutput lamp = gateway.output("lamp");
        before.leaveAll();
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.HANDOVER);
        assertThat(gateway.reason("lamp")).isEqualTo("its backend chardev is being updated");
        gateway.go(before);
        gateway.millis(500);
        assertThat(gateway.output("lamp")).isSameAs(lamp);
        gateway.chardev(lab);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
        assertThat(lamp.level()).isEqualTo(Level.ACTIVE);
        assertThat(lab.done).containsExactly("request 1", "leave 1", "take 1");
        gateway.millis(5000);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
        assertThat(gateway.kernel.registrations()).isZero();
    }

    /** The old chip's service may leave after its lines: it must not be asked again. */
    @Test
    void theBackendThatLeftIsNotAskedAgainButItsSuccessorIs() {
        FakeChip before = gateway.chardev(lab);
        gateway.output("lamp", "line", "LED");
        before.leaveAll();
        gateway.chardev(new FakeBoard("gpiochip9", "other", ""));
        assertThat(before.asked).isEqualTo(1);
        FakeChip after = gateway.chardev(lab);
        gateway.go(before);
        assertThat(after.requests).hasSize(1);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void anotherBackendServesWhenTheUpdateTakesTooLong() throws IOException {
        gateway.sysfs(lab);
        FakeChip before = gateway.chardev(lab);
        gateway.output("lamp", "chip", "lab-gpio", "offset", 1);
        DigitalOutput lamp = gateway.output("lamp");
        gateway.millis(2000);
        gateway.go(before);
        before.leaveAll();
        gateway.millis(2000);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.HANDOVER);
        FakeChip.handoverIsOver(lab);
        gateway.millis(750);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
        assertThat(gateway.output("lamp")).isSameAs(lamp);
        assertThat(gateway.registry.properties(lamp)).containsEntry("gpio.backend", "sysfs");
        lamp.set(Level.ACTIVE);
        assertThat(lab.done).containsExactly("request 1", "leave 1", "drop 1", "request 1", "set 1=1");
    }

    @Test
    void whenNobodyComesInTimeItWaits() {
        FakeChip before = gateway.chardev(lab);
        gateway.output("lamp", "line", "LED");
        DigitalOutput lamp = gateway.output("lamp");
        before.leaveAll();
        gateway.go(before);
        gateway.millis(3000);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.find(DigitalOutput.class, "lamp")).isEmpty();
        assertThat(gateway.reason("lamp")).startsWith("there is no GPIO chip (plug it in");
        assertThatThrownBy(() -> lamp.set(Level.ACTIVE))
                .hasMessageStartingWith("lamp is waiting: there is no GPIO chip");
    }

    @Test
    void aSuccessorThatFailsIsGivenTheRestOfTheTime() {
        FakeChip before = gateway.chardev(lab);
        gateway.output("lamp", "line", "LED");
        before.leaveAll();
        gateway.go(before);
        FakeChip failing = new FakeChip(lab, "chardev");
        failing.failure = new IOException("its bundle is being stopped");
        gateway.come(failing);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.HANDOVER);
        gateway.go(failing);
        gateway.chardev(lab);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
        assertThat(lab.done).containsExactly("request 1", "leave 1", "take 1");
    }

    @Test
    void aLineThatSomebodyElseTookMeanwhileIsNotHandedOver() {
        FakeChip before = gateway.chardev(lab);
        gateway.output("lamp", "line", "LED");
        before.leaveAll();
        gateway.go(before);
        FakeChip.handoverIsOver(lab);
        lab.hold(1, "gpioset");
        gateway.chardev(lab);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.reason("lamp")).startsWith("line LED (1) of lab-gpio is held by \"gpioset\"");
    }

    @Test
    void aHandoverAfterAHandover() {
        FakeChip one = gateway.chardev(lab);
        gateway.output("lamp", "line", "LED");
        one.leaveAll();
        gateway.go(one);
        gateway.millis(1900);
        FakeChip two = gateway.chardev(lab);
        two.leaveAll();
        gateway.go(two);
        gateway.millis(1900); // the first handover's time is over, but not this one's
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.HANDOVER);
        gateway.chardev(lab);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void aRequestThatIsLeftBeforeItIsKnownIsAHandoverToo() {
        FakeChip chip = new FakeChip(lab, "chardev");
        chip.afterRequest = () -> {
            chip.afterRequest = () -> {};
            chip.leaveAll();
        };
        gateway.come(chip);
        gateway.output("lamp", "line", "LED");
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.HANDOVER);
        gateway.go(chip);
        gateway.chardev(lab);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
    }

    // Gone

    @Test
    void aChipThatGoesTakesTheServiceAndGivesItBack() throws IOException {
        FakeChip chip = gateway.chardev(lab);
        gateway.output("lamp", "line", "LED");
        DigitalOutput lamp = gateway.output("lamp");
        chip.die();
        assertThat(gateway.log.lines()).anyMatch(line -> line.contains("lamp is gone: ioctl /dev/gpiochip0: ENODEV"));
        assertThat(gateway.find(DigitalOutput.class, "lamp")).isEmpty();
        gateway.go(chip);
        assertThat(gateway.reason("lamp")).startsWith("there is no GPIO chip");
        assertThatThrownBy(() -> lamp.set(Level.ACTIVE))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
        gateway.chardev(new FakeBoard("gpiochip3", "lab-gpio", "LED"));
        assertThat(gateway.output("lamp")).isSameAs(lamp);
        assertThat(lamp.info().chip()).isEqualTo("gpiochip3");
    }

    @Test
    void aChipThatGoesInAHandoverIsWaitedFor() {
        FakeChip chip = gateway.chardev(lab);
        gateway.output("lamp", "chip", "lab-gpio", "offset", 1);
        chip.leaveAll();
        gateway.go(chip);
        gateway.millis(2500);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.WAITING);
        FakeChip.handoverIsOver(lab);
        gateway.chardev(lab);
        assertThat(gateway.state("lamp")).isEqualTo(ResourceState.LIVE);
    }

    // The end

    @Test
    void aDeletedConfigurationDrivesTheSafeLevelAndReleases() {
        gateway.chardev(lab);
        Gateway.Configured lamp = gateway.output("lamp", "line", "LED", "initial", "active", "safe", "inactive");
        lamp.deactivate(Gateway.DELETED);
        assertThat(lab.done).containsExactly("request 1", "safe 1=0", "release 1");
        assertThat(gateway.registry.services(ResourceStatus.class)).isEmpty();
        assertThat(gateway.lines.all()).isEmpty();
    }

    @Test
    void aDisabledComponentDoesSoToo() {
        gateway.chardev(lab);
        gateway.output("lamp", "line", "LED", "safe", "active").deactivate(1);
        assertThat(lab.done).containsExactly("request 1", "safe 1=1", "release 1");
    }

    @Test
    void everyOtherEndLeavesTheLineToASuccessorOfTheSameName() {
        for (int reason : new int[] {0, 2, 3, 5, 6}) {
            lab.done.clear();
            Gateway own = new Gateway();
            own.chardev(lab);
            Gateway.Configured lamp = own.output("lamp", "line", "LED", "initial", "active", "safe", "inactive");
            lamp.deactivate(reason);
            Gateway next = new Gateway();
            next.chardev(lab);
            Gateway.Configured successor =
                    next.output("lamp", "line", "LED", "initial", "inactive", "safe", "inactive");
            assertThat(lab.done).as("reason %d", reason).startsWith("request 1", "leave 1", "take 1");
            assertThat(lab.wires.get(1).active).isTrue();
            successor.deactivate(Gateway.DELETED);
        }
    }

    @Test
    void anEndWhileItWaitsLeavesNothingBehind() throws Exception {
        FakeChip chip = gateway.chardev(lab);
        lab.hold(1, "gpioset");
        Gateway.Configured heater = gateway.output("heater", "line", "LED");
        Gateway.Configured absent = gateway.input("absent", "chip", "no-such", "offset", 1);
        heater.deactivate(Gateway.STOPPED);
        absent.deactivate(Gateway.DELETED);
        assertThat(gateway.registry.services(LineChangeListener.class)).isEmpty();
        lab.hold(1, "");
        int asked = chip.asked;
        gateway.millis(10_000);
        gateway.chardev(new FakeBoard("gpiochip4", "no-such", "", ""));
        assertThat(chip.asked).isEqualTo(asked);
        assertThat(gateway.registry.services(ResourceStatus.class)).isEmpty();
        assertThat(gateway.kernel.registrations()).isZero();
    }

    @Test
    void whoUsedTheLineMaySayALastWord() throws IOException {
        gateway.chardev(lab);
        Gateway.Configured lamp = gateway.output("lamp", "line", "LED");
        LineLife<?> life = gateway.lines.all().get(0);
        life.lend(1);
        lamp.deactivate(Gateway.STOPPED);
        assertThat(lab.done).containsExactly("request 1", "set 1=1", "leave 1");
        assertThatThrownBy(() -> life.held().levels(1)).hasMessage("the request of lamp has ended");
    }
}
