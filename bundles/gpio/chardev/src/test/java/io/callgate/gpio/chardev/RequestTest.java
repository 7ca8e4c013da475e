// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.Bias;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.RequestConfig.Line;
import io.callgate.gpio.RequestEndedException;
import io.callgate.gpio.UnsupportedSettingException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines are taken, read, driven, set otherwise, and let go. */
class RequestTest {

    private static final LineSettings IN = LineSettings.input();
    private static final LineSettings OUT = LineSettings.output();

    private final FakeChip fake = new FakeChip("gpiochip0", "lab-gpio", 64).line(1, "LED");
    private final Gateway gateway = new Gateway();
    private final Owner owner = new Owner();
    private GpioChip chip;

    @BeforeEach
    void start() throws Exception {
        gateway.plug(fake).start();
        chip = gateway.chip();
    }

    private LineRequest request(Line... lines) throws Exception {
        return chip.request(new RequestConfig("lamp", List.of(lines), 0), owner);
    }

    private static Line line(int offset, LineSettings settings) {
        return new Line(offset, settings);
    }

    @Test
    void levelsAreByTheOrderOfTheRequest() throws Exception {
        LineRequest request = request(line(9, IN), line(2, IN.withActiveLow(true)), line(5, IN));
        fake.pull(9, true);
        assertThat(request.levels(0b111)).isEqualTo(0b011);
        assertThat(request.levels(0b101)).isEqualTo(0b001);
        assertThat(request.levels(0b100)).isZero();
        assertThat(request.levels(0)).isZero();
        fake.pull(2, true);
        fake.pull(5, true);
        assertThat(request.levels(0b111)).isEqualTo(0b101);
    }

    @Test
    void someLinesAreDrivenTheOthersLeftAlone() throws Exception {
        LineRequest request = request(line(0, OUT), line(1, OUT.withActiveLow(true)), line(2, OUT));
        fake.done();
        request.set(0b011, 0b111);
        assertThat(fake.done()).containsExactly("set 0 high", "set 1 low");
        request.set(0b110, 0b001);
        assertThat(fake.done()).containsExactly("set 1 high", "set 2 low");
        request.set(0, 0b111);
        assertThat(fake.done()).isEmpty();
        assertThat(request.levels(0b111)).isEqualTo(0b001);
    }

    @Test
    void sixtyFourLinesAreOneRequest() throws Exception {
        List<Line> lines = new ArrayList<>();
        for (int offset = 63; offset >= 0; offset--) {
            lines.add(line(offset, OUT));
        }
        LineRequest request = chip.request(new RequestConfig("bus", lines, 0), owner);
        request.set(-1, 0x8000_0000_0000_0001L);
        assertThat(request.levels(-1)).isEqualTo(0x8000_0000_0000_0001L);
        assertThat(fake.high(63)).isTrue();
        assertThat(fake.high(0)).isTrue();
    }

    @Test
    void aMaskBeyondTheLinesIsAMistake() throws Exception {
        LineRequest request = request(line(0, OUT), line(1, OUT));
        assertThatThrownBy(() -> request.set(0b100, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.levels(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInputIsNotDriven() throws Exception {
        LineRequest request = request(line(0, OUT), line(1, IN));
        fake.done();
        assertThatThrownBy(() -> request.set(0b11, 0b11))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("ioctl gpiochip0 lines [0, 1]: EPERM (Operation not permitted)");
        assertThat(fake.done()).isEmpty();
    }

    @Test
    void outputsBeginWithTheirFirstLevels() throws Exception {
        request(
                line(0, OUT.withInitial(Level.ACTIVE)),
                line(1, OUT),
                line(2, OUT.withInitial(Level.ACTIVE).withActiveLow(true)),
                line(3, IN.withInitial(Level.ACTIVE)));
        assertThat(fake.done()).containsExactly("set 0 high", "set 1 low", "set 2 low", "request");
    }

    @Test
    void everyLineHasItsOwnDebounce() throws Exception {
        request(
                line(0, IN.withDebounce(Duration.ofMillis(5))),
                line(1, IN),
                line(2, IN.withDebounce(Duration.ofNanos(1000))),
                line(3, IN.withDebounce(Duration.ofMillis(5))));
        assertThat(List.of(fake.debounce(0), fake.debounce(1), fake.debounce(2), fake.debounce(3)))
                .containsExactly(5000, 0, 1, 5000);
    }

    @Test
    void linesWithTheSameSettingsShareAnAttribute() throws Exception {
        List<Line> lines = new ArrayList<>();
        for (int offset = 0; offset < 64; offset++) {
            Bias bias = Bias.values()[offset % 4];
            boolean output = offset % 2 == 0;
            lines.add(line(
                    offset,
                    output
                            ? OUT.withBias(bias).withInitial(Level.ACTIVE)
                            : IN.withBias(bias).withDebounce(Duration.ofMillis(offset % 3))));
        }
        chip.request(new RequestConfig("bus", lines, 0), owner);
        for (Line line : lines) {
            LineSettings said = chip.info(line.offset()).settings();
            assertThat(said.withInitial(line.settings().initial())).isEqualTo(line.settings());
        }
    }

    @Test
    void moreDifferencesThanTheKernelTakesAreRefused() throws Exception {
        List<Line> lines = new ArrayList<>();
        for (int offset = 0; offset < 10; offset++) {
            lines.add(line(offset, IN.withDebounce(Duration.ofMillis(offset + 1))));
        }
        chip.request(new RequestConfig("ten", lines, 0), owner).close();
        lines.add(line(10, IN.withDebounce(Duration.ofMillis(11))));
        assertThatThrownBy(() -> chip.request(new RequestConfig("eleven", lines, 0), owner))
                .isInstanceOf(UnsupportedSettingException.class)
                .hasMessageContaining("differ in 10 ways", "differ in 11: split the group");
        assertThat(fake.isUsed(0)).isFalse();
    }

    @Test
    void theConsumerIsCutWithinWhatTheKernelKeeps() throws Exception {
        chip.request(RequestConfig.of("a-very-long-name-of-an-output", 0, OUT), owner);
        assertThat(fake.consumer(0)).isEqualTo("callgate:a-very-long-name-of-an");
        chip.request(RequestConfig.of("äöüäöüäöüäöüä", 1, OUT), owner);
        assertThat(fake.consumer(1)).isEqualTo("callgate:äöüäöüäöüäö");
        chip.request(RequestConfig.of("a-lamp-in-the-garden-😀", 2, OUT), owner);
        assertThat(fake.consumer(2)).isEqualTo("callgate:a-lamp-in-the-garden-");
    }

    @Test
    void whoHoldsALineIsNamed() throws Exception {
        fake.hold(1, "gpioset");
        assertThatThrownBy(() -> request(line(0, OUT), line(1, OUT)))
                .isInstanceOf(LineBusyException.class)
                .hasMessage("line LED (1) of lab-gpio is held by \"gpioset\"");
        assertThat(fake.isUsed(0)).isFalse();
        chip.request(RequestConfig.of("heater", 5, OUT), new Owner());
        assertThatThrownBy(() -> request(line(5, OUT)))
                .hasMessage("line 5 of lab-gpio is held by heater of this gateway");
    }

    @Test
    void aLineThatIsFreeAgainByThenIsStillRefused() {
        fake.refuse(Uapi.V2_GET_LINE, Errno.EBUSY);
        assertThatThrownBy(() -> request(line(1, OUT)))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EBUSY");
    }

    @Test
    void whatThisKernelCannotDoIsSaid() throws Exception {
        assertThatThrownBy(() -> request(line(2, IN.withClock(EventClock.HTE).withEdges(EdgeDetection.BOTH))))
                .isInstanceOf(UnsupportedSettingException.class)
                .hasMessageContaining("no hardware timestamps for line 2", "set clock to monotonic");
        assertThatThrownBy(() -> request(line(2, IN.withClock(EventClock.OBSERVED))))
                .isInstanceOf(UnsupportedSettingException.class)
                .hasMessageContaining("clock is monotonic, realtime or hte");
        fake.withoutInterrupts();
        assertThatThrownBy(() -> request(line(2, IN.withEdges(EdgeDetection.RISING))))
                .isInstanceOf(UnsupportedSettingException.class)
                .hasMessageContaining("no interrupt for line 2", "set edges to none");
        assertThatThrownBy(() -> request(line(2, IN.withDebounce(Duration.ofMillis(1)))))
                .isInstanceOf(UnsupportedSettingException.class)
                .hasMessageContaining("set debounce to 0");
        fake.refuse(Uapi.V2_GET_LINE, Errno.EINVAL);
        assertThatThrownBy(() -> request(line(2, IN.withClock(EventClock.REALTIME))))
                .isInstanceOf(UnsupportedSettingException.class)
                .hasMessageContaining("Linux 5.11");
        assertThatThrownBy(() -> request(line(2, IN)))
                .isExactlyInstanceOf(ErrnoException.class)
                .hasMessageContaining("EINVAL");
        assertThat(gateway.kernel.openDescriptors()).containsExactly("/dev/gpiochip0");
    }

    @Test
    void aLineThatTheChipHasNotIsAMistake() {
        assertThatThrownBy(() -> request(line(64, IN))).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void anOutputKeepsItsPresentLevelWhenItIsSetOtherwise() throws Exception {
        LineRequest request = request(line(0, OUT), line(1, OUT.withInitial(Level.ACTIVE)));
        request.set(0b11, 0b01);
        fake.done();
        request.reconfigure(List.of(line(0, OUT.withBias(Bias.PULL_UP)), line(1, OUT.withInitial(Level.ACTIVE))));
        assertThat(fake.done()).containsExactly("configure", "set 0 high", "set 1 low");
        assertThat(chip.info(0).settings().bias()).isEqualTo(Bias.PULL_UP);
    }

    @Test
    void anOutputKeepsItsLogicalLevel() throws Exception {
        LineRequest request = request(line(0, OUT));
        request.set(1, 1);
        request.reconfigure(List.of(line(0, OUT.withActiveLow(true))));
        assertThat(request.levels(1)).isEqualTo(1);
        assertThat(fake.high(0)).isFalse();
    }

    @Test
    void anInputThatBecomesAnOutputBeginsWithItsFirstLevel() throws Exception {
        LineRequest request = request(line(0, IN), line(1, IN));
        request.reconfigure(List.of(line(0, OUT.withInitial(Level.ACTIVE)), line(1, OUT)));
        assertThat(request.levels(0b11)).isEqualTo(0b01);
        request.set(0b11, 0b10);
        request.reconfigure(List.of(line(0, IN), line(1, OUT)));
        request.reconfigure(List.of(line(0, OUT.withInitial(Level.ACTIVE)), line(1, OUT)));
        assertThat(request.levels(0b11)).isEqualTo(0b11);
    }

    @Test
    void equalSettingsTouchNothing() throws Exception {
        LineRequest request = request(line(0, OUT));
        fake.done();
        request.reconfigure(List.of(line(0, OUT.withInitial(Level.ACTIVE).withSafe(Level.ACTIVE))));
        assertThat(fake.done()).isEmpty();
        request.close();
        assertThat(fake.done()).containsExactly("set 0 high", "release");
    }

    @Test
    void aDebounceThatIsTakenBackIsToldToTheDriver() throws Exception {
        LineRequest request = request(line(0, IN.withDebounce(Duration.ofMillis(3))), line(1, IN));
        request.reconfigure(List.of(line(0, IN), line(1, IN.withActiveLow(true))));
        assertThat(fake.debounce(0)).isZero();
    }

    @Test
    void otherLinesAreAnotherRequest() throws Exception {
        LineRequest request = request(line(0, IN), line(1, IN));
        assertThatThrownBy(() -> request.reconfigure(List.of(line(1, IN), line(0, IN))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRefusedChangeLeavesTheLinesAsTheyWere() throws Exception {
        LineRequest request = request(line(0, OUT), line(1, IN.withBias(Bias.PULL_UP)));
        request.set(1, 1);
        fake.withoutInterrupts();
        assertThatThrownBy(() -> request.reconfigure(List.of(line(0, IN), line(1, IN.withEdges(EdgeDetection.BOTH)))))
                .isInstanceOf(UnsupportedSettingException.class);
        assertThat(chip.info(0).settings()).isEqualTo(OUT);
        assertThat(chip.info(1).settings()).isEqualTo(IN.withBias(Bias.PULL_UP));
        assertThat(request.levels(1)).isEqualTo(1);
        request.set(1, 0);
        assertThat(fake.high(0)).isFalse();
    }

    @Test
    void closeDrivesTheSafeLevelsAndReleases() throws Exception {
        LineRequest request = request(
                line(0, OUT.withSafe(Level.INACTIVE).withInitial(Level.ACTIVE)),
                line(1, OUT.withInitial(Level.ACTIVE)),
                line(2, OUT.withSafe(Level.ACTIVE).withActiveLow(true)));
        fake.done();
        request.close();
        request.close();
        assertThat(fake.done()).containsExactly("set 0 low", "set 2 low", "release");
        assertThat(gateway.kernel.openDescriptors()).containsExactly("/dev/gpiochip0");
        assertThat(owner.ends).isEmpty();
    }

    @Test
    void aSafeLevelThatCannotBeDrivenIsSaidAndTheLineReleased() throws Exception {
        LineRequest request = request(line(0, OUT.withSafe(Level.INACTIVE)));
        fake.refuse(Uapi.V2_LINE_SET_VALUES, Errno.EIO);
        request.close();
        assertThat(fake.isUsed(0)).isFalse();
        assertThat(gateway.log.lines("ERROR"))
                .containsExactly("ERROR gpiochip0 line 0 did not get its safe level; look at what it drives");
    }

    @Test
    void afterTheEndEveryCallIsRefused() throws Exception {
        LineRequest request = request(line(0, OUT));
        request.close();
        for (Call call : List.<Call>of(
                () -> request.levels(1),
                () -> request.set(1, 1),
                () -> request.reconfigure(List.of(line(0, OUT.withActiveLow(true)))))) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(RequestEndedException.class)
                    .hasMessage("the request of lamp (gpiochip0 line 0) has ended");
        }
        request.leave();
        assertThat(gateway.kernel.kept()).isEmpty();
    }

    private interface Call {
        void run() throws Exception;
    }

    @Test
    void aChipThatGoesEndsItsRequestsOnce() throws Exception {
        request(line(0, OUT.withSafe(Level.ACTIVE)));
        Owner second = new Owner();
        chip.request(RequestConfig.of("door", 3, IN.withEdges(EdgeDetection.BOTH)), second);
        gateway.unplug(fake);
        gateway.kernel.turn();
        assertThat(owner.ends).containsExactly("gone: poll /dev/gpiochip0: ENODEV (No such device)");
        assertThat(second.ends).hasSize(1).allMatch(end -> end.startsWith("gone: "));
        assertThat(fake.done()).filteredOn("release"::equals).hasSize(2);
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
        assertThat(gateway.kernel.registrations()).isZero();
    }

    @Test
    void anOwnerThatThrowsKeepsNoOtherFromBeingTold() throws Exception {
        LineRequest.Owner failing = new Owner() {
            @Override
            public void gone(IOException reason) {
                throw new IllegalStateException("no");
            }
        };
        List<Owner> owners = List.of(new Owner(), new Owner(), new Owner());
        for (int i = 0; i < owners.size(); i++) {
            chip.request(RequestConfig.of("lamp", i, OUT), owners.get(i));
            chip.request(RequestConfig.of("lamp", 10 + i, OUT), failing);
        }
        gateway.unplug(fake);
        assertThat(owners).allMatch(each -> each.ends.size() == 1);
        assertThat(gateway.log.lines("ERROR")).hasSize(3);
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aCallThatFindsTheChipGoneEndsTheRequestToo() throws Exception {
        LineRequest request = request(line(0, OUT));
        fake.refuse(Uapi.V2_LINE_SET_VALUES, Errno.ENODEV);
        assertThatThrownBy(() -> request.set(1, 1)).hasMessageContaining("ENODEV");
        assertThat(owner.ends).isEmpty(); // never on the caller's thread, who may hold locks
        gateway.kernel.turn();
        assertThat(owner.ends).containsExactly("gone: ioctl gpiochip0 line 0: ENODEV (No such device)");
        assertThat(gateway.kernel.openDescriptors()).containsExactly("/dev/gpiochip0");
    }
}
