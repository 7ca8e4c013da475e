// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.callgate.gpio.Bias;
import io.callgate.gpio.Drive;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.RequestEndedException;
import io.callgate.gpio.UnsupportedSettingException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequestTest {

    private static final int LINE = Gateway.BASE + 3;

    @TempDir
    private Path folder;

    private Gateway gateway;
    private FakeBoard board;

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
        board = gateway.board;
    }

    @AfterEach
    void nothingFailedInALane() {
        assertThat(gateway.dispatcher.failures()).isEmpty();
    }

    private LineRequest request(LineSettings settings) throws IOException {
        return gateway.request("lamp", 3, settings);
    }

    private LineRequest group(LineSettings... settings) throws IOException {
        List<RequestConfig.Line> lines = Stream.iterate(0, i -> i < settings.length, i -> i + 1)
                .map(i -> new RequestConfig.Line(3 + i, settings[i]))
                .toList();
        return gateway.chip().request(new RequestConfig("lamp", lines, 0), gateway.owner);
    }

    @Test
    void anOutputBeginsAtItsInitialLevelInOneStep() throws IOException {
        LineRequest request = request(LineSettings.output().withInitial(Level.ACTIVE));
        assertThat(board.driver).containsExactly(LINE + " high");
        assertThat(request.levels(1)).isEqualTo(1);
        assertThat(request.takenOver()).isFalse();
    }

    @Test
    void anActiveLowOutputBeginsAtTheOtherVoltage() throws IOException {
        LineRequest request = request(LineSettings.output().withActiveLow(true).withInitial(Level.ACTIVE));
        assertThat(board.driver).containsExactly(LINE + " low");
        assertThat(request.levels(1)).isEqualTo(1);
        request.set(1, 0);
        assertThat(board.driver).containsExactly(LINE + " low", LINE + " = 1");
    }

    @Test
    void anInputIsReadByItsLogicalLevel() throws IOException {
        LineRequest request = request(LineSettings.input().withActiveLow(true));
        board.pull(LINE, true);
        assertThat(request.levels(1)).isZero();
        board.pull(LINE, false);
        assertThat(request.levels(1)).isEqualTo(1);
    }

    @Test
    void aGroupIsReadAndDrivenLineAfterLine() throws IOException {
        LineRequest request = group(LineSettings.output(), LineSettings.output(), LineSettings.output());
        board.driver.clear();
        request.set(0b101, 0b111);
        assertThat(board.driver).containsExactly(LINE + " = 1", LINE + 2 + " = 1");
        assertThat(request.levels(0b111)).isEqualTo(0b101);
        assertThat(request.levels(0b110)).isEqualTo(0b100);
        assertThatThrownBy(() -> request.levels(0b1000)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInputInTheMaskIsRefusedBeforeAnythingIsDriven() throws IOException {
        LineRequest request = group(LineSettings.output(), LineSettings.input());
        board.driver.clear();
        assertThatThrownBy(() -> request.set(0b11, 0b11))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
        assertThat(board.driver).isEmpty();
        request.set(0b01, 0b01);
        assertThat(board.driver).containsExactly(LINE + " = 1");
    }

    static Stream<Arguments> unsupported() {
        return Stream.of(
                Arguments.of("bias", LineSettings.input().withBias(Bias.PULL_UP)),
                Arguments.of("drive", LineSettings.output().withDrive(Drive.OPEN_DRAIN)),
                Arguments.of("debounce", LineSettings.input().withDebounce(Duration.ofMillis(5))),
                Arguments.of("clock", LineSettings.input().withClock(EventClock.REALTIME)),
                Arguments.of("clock", LineSettings.input().withClock(EventClock.HTE)));
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void whatSysfsHasNoFileForIsRefusedWithWhatMendsIt(String setting, LineSettings settings) {
        assertThatThrownBy(() -> request(settings))
                .isInstanceOfSatisfying(UnsupportedSettingException.class, e -> assertThat(e.setting())
                        .isEqualTo(setting))
                .hasMessageContaining("sysfs")
                .hasMessageContaining("set it to");
        assertThat(board.isExported(LINE)).isFalse();
    }

    @Test
    void anEventBufferIsRefused() {
        RequestConfig config = new RequestConfig("x", List.of(new RequestConfig.Line(3, LineSettings.input())), 64);
        assertThatThrownBy(() -> gateway.chip().request(config, gateway.owner))
                .isInstanceOf(UnsupportedSettingException.class)
                .hasMessageContaining("buffer");
    }

    @Test
    void aLineThatCannotInterruptHasNoEdges() throws IOException {
        LineRequest request = request(LineSettings.input());
        Files.delete(Path.of(board.file(LINE, "edge")));
        RequestConfig.Line edges = new RequestConfig.Line(
                3, LineSettings.input().withActiveLow(true).withEdges(EdgeDetection.BOTH));
        assertThatThrownBy(() -> request.reconfigure(List.of(edges)))
                .isInstanceOf(UnsupportedSettingException.class)
                .hasMessage("line 3 of lab-gpio cannot interrupt: set edges to none, and read it at an interval");
        assertThat(board.kernel.written(board.file(LINE, "active_low")))
                .as("nothing was changed")
                .isEmpty();
    }

    @Test
    void noLineOfAGroupIsChangedIfAnotherCannotInterrupt() throws IOException {
        LineRequest request = group(LineSettings.input(), LineSettings.input());
        Files.delete(Path.of(board.file(LINE + 1, "edge")));
        LineSettings edges = LineSettings.input().withEdges(EdgeDetection.BOTH);
        assertThatThrownBy(() -> request.reconfigure(
                        List.of(new RequestConfig.Line(3, edges), new RequestConfig.Line(4, edges))))
                .isInstanceOf(UnsupportedSettingException.class);
        assertThat(board.kernel.written(board.file(LINE, "edge"))).isEmpty();
    }

    @Test
    void aLineOfThisGatewayIsRefusedWithTheNameOfItsHolder() throws IOException {
        request(LineSettings.output().withInitial(Level.ACTIVE));
        assertThatThrownBy(() -> gateway.request("other", 3, LineSettings.output()))
                .isInstanceOf(LineBusyException.class)
                .hasMessage("line 3 of lab-gpio is held by lamp of this gateway");
        assertThat(board.driver).containsExactly(LINE + " high");
    }

    @Test
    void aLineOfSomebodyElseIsNamedIfDebugfsCanBeRead() {
        board.hold(LINE);
        assertThatThrownBy(() -> request(LineSettings.input()))
                .isInstanceOf(LineBusyException.class)
                .hasMessage("line 3 of lab-gpio is held by somebody who gives no name");
        board.debug("gpiochip0: GPIOs 496-503, parent: platform/gpio-sim.0, lab-gpio:\n"
                + " gpio-498 (LED                 )\n"
                + " gpio-499 (HEAT                |gpioset             ) out hi \n");
        assertThatThrownBy(() -> request(LineSettings.input())).hasMessage("line 3 of lab-gpio is held by \"gpioset\"");
    }

    @Test
    void aLineThatAnotherProgramExportedIsNotStolen() throws IOException {
        board.export(LINE);
        assertThatThrownBy(() -> request(LineSettings.output()))
                .isInstanceOf(LineBusyException.class)
                .hasMessage("line 3 of lab-gpio is held by \"sysfs\"");
        assertThat(board.isExported(LINE)).isTrue();
        assertThat(board.driver).isEmpty();
    }

    @Test
    void aGroupWithALineThatIsHeldGivesTheOthersBack() throws IOException {
        board.hold(LINE + 1);
        assertThatThrownBy(() -> group(LineSettings.input(), LineSettings.input()))
                .isInstanceOf(LineBusyException.class);
        assertThat(board.isExported(LINE)).isFalse();
        assertThat(board.kernel.openDescriptors()).isEmpty();
        gateway.request("other", 3, LineSettings.input());
    }

    @Test
    void afterAnExportItWaitsForUdevToSetTheMode() throws IOException {
        board.forbid(LINE, "direction");
        board.forbid(LINE, "value");
        board.kernel.timer(Duration.ofMillis(350), Duration.ZERO, once -> {
            board.kernel.mend("open for writing", board.file(LINE, "direction"));
            board.kernel.mend("open for writing", board.file(LINE, "value"));
        });
        request(LineSettings.output().withInitial(Level.ACTIVE));
        assertThat(board.driver).containsExactly(LINE + " high");
        assertThat(board.kernel.time()).isEqualTo(Duration.ofMillis(400));
        assertThat(board.kernel.openDescriptors()).containsExactly(board.file(LINE, "value"));
    }

    @Test
    void ifUdevNeverComesTheLineIsGivenBack() {
        board.forbid(LINE, "value");
        assertThatThrownBy(() -> request(LineSettings.output()))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
        assertThat(board.isExported(LINE)).isFalse();
        assertThat(board.kernel.openDescriptors()).isEmpty();
        assertThat(board.kernel.time()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void nobodyWaitsWhereExportItselfIsForbidden() {
        board.kernel.readOnly(board.sys.resolve("class/gpio/export").toString());
        assertThatThrownBy(() -> request(LineSettings.output())).hasMessageContaining("EACCES");
        assertThat(board.kernel.time()).isZero();
    }

    @Test
    void onTheEventLoopNobodyWaits() {
        board.forbid(LINE, "value");
        Throwable[] thrown = new Throwable[1];
        board.kernel.execute(() -> thrown[0] = catchThrowable(() -> request(LineSettings.output())));
        board.kernel.turn();
        assertThat(thrown[0]).hasMessageContaining("EACCES");
        assertThat(board.kernel.time()).isZero();
    }

    @Test
    void reconfiguringAnOutputKeepsItsLogicalLevel() throws IOException {
        LineRequest request = request(LineSettings.output());
        request.set(1, 1);
        board.driver.clear();
        request.reconfigure(
                List.of(new RequestConfig.Line(3, LineSettings.output().withActiveLow(true))));
        assertThat(board.driver).as("one step").containsExactly(LINE + " low");
        assertThat(request.levels(1)).isEqualTo(1);
        request.reconfigure(List.of(new RequestConfig.Line(
                3, LineSettings.output().withActiveLow(true).withSafe(Level.INACTIVE))));
        assertThat(board.driver).as("a safe level is no change").containsExactly(LINE + " low");
    }

    @Test
    void anInputWithEdgesBecomesAnOutput() throws IOException {
        LineRequest request = request(LineSettings.input().withEdges(EdgeDetection.BOTH));
        request.reconfigure(
                List.of(new RequestConfig.Line(3, LineSettings.output().withInitial(Level.ACTIVE))));
        assertThat(board.driver).containsExactly(LINE + " in", LINE + " high");
        request.reconfigure(
                List.of(new RequestConfig.Line(3, LineSettings.input().withEdges(EdgeDetection.BOTH))));
        board.pull(LINE, false);
        assertThat(gateway.owner.edges()).hasSize(1);
    }

    @Test
    void otherLinesAreNoReconfiguration() throws IOException {
        LineRequest request = request(LineSettings.output());
        assertThatThrownBy(() -> request.reconfigure(List.of(new RequestConfig.Line(4, LineSettings.output()))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> request.reconfigure(
                        List.of(new RequestConfig.Line(3, LineSettings.output().withBias(Bias.PULL_DOWN)))))
                .isInstanceOf(UnsupportedSettingException.class);
    }

    @Test
    void closingDrivesTheSafeLevelAndUnexports() throws IOException {
        LineRequest request = request(LineSettings.output().withActiveLow(true).withSafe(Level.INACTIVE));
        request.set(1, 1);
        board.driver.clear();
        request.close();
        request.close();
        request.leave();
        assertThat(board.driver).containsExactly(LINE + " = 1", LINE + " free");
        assertThat(board.kernel.openDescriptors()).isEmpty();
        assertThat(gateway.owner.ends).isEmpty();
        assertThatThrownBy(() -> request.levels(1)).isInstanceOf(RequestEndedException.class);
        assertThatThrownBy(() -> request.set(1, 1)).isInstanceOf(RequestEndedException.class);
        request(LineSettings.input());
    }

    @Test
    void withoutSafeLevelAnOutputIsReleasedAsItIs() throws IOException {
        LineRequest request = request(LineSettings.output().withInitial(Level.ACTIVE));
        request.close();
        assertThat(board.driver).containsExactly(LINE + " high", LINE + " free");
    }

    @Test
    void aChipBehindABusThatDoesNotAnswerFailsTheCallOnly() throws IOException {
        LineRequest request = request(LineSettings.output());
        board.kernel.fail("pread", board.file(LINE, "value"), Errno.EIO);
        assertThatThrownBy(() -> request.levels(1)).hasMessageContaining("EIO");
        board.kernel.mend("pread", board.file(LINE, "value"));
        assertThat(request.levels(1)).isZero();
        assertThat(gateway.owner.ends).isEmpty();
    }
}
