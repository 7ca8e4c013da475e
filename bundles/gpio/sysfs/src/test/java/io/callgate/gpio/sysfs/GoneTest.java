// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.RequestEndedException;
import io.callgate.linux.Errno;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoneTest {

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

    private void assertGoneOnce() {
        assertThat(gateway.owner.ends).singleElement().asString().startsWith("gone: ");
        assertThat(board.kernel.openDescriptors()).isEmpty();
        assertThat(board.kernel.kept()).isEmpty();
        assertThat(board.kernel.registrations()).as("the sweep alone").isOne();
        assertThat(gateway.remembered()).isEmpty();
    }

    @Test
    void aChipThatIsTakenAwayIsToldOnceAndNothingIsWritten() throws IOException {
        LineRequest request = gateway.request("lamp", 3, LineSettings.output());
        board.driver.clear();
        board.takeAway(gateway.device);
        assertGoneOnce();
        assertThat(board.kernel.written(board.sys.resolve("class/gpio/unexport").toString()))
                .as("the number may be another's by now")
                .isEmpty();
        assertThatThrownBy(() -> request.set(1, 1)).isInstanceOf(RequestEndedException.class);
        request.close();
        assertGoneOnce();
    }

    @Test
    void theKernelsWordCountsEvenWhileTheFolderIsStillThere() throws IOException {
        gateway.request("lamp", 3, LineSettings.output().withSafe(Level.ACTIVE));
        board.driver.clear();
        board.kernel.unplug(gateway.device);
        assertThat(board.driver).isEmpty();
        assertGoneOnce();
    }

    @Test
    void aCallThatFindsItsLineGoneTells() throws IOException {
        LineRequest request = gateway.request("lamp", 3, LineSettings.output());
        board.vanish(gateway.device);
        assertThatThrownBy(() -> request.set(1, 1)).hasMessageContaining("ENODEV");
        assertGoneOnce();
    }

    @Test
    void aWatchThatFindsItsLineGoneTells() throws IOException {
        gateway.request("door", 3, LineSettings.input().withEdges(EdgeDetection.BOTH));
        board.vanish(gateway.device);
        board.kernel.ready(board.file(LINE, "value"), Ready.PRI | Ready.ERR);
        assertThat(gateway.owner.edges()).isEmpty();
        assertThat(gateway.log.lines("WARN")).isEmpty();
        assertGoneOnce();
    }

    @Test
    void aDriverThatSaysNoSuchDeviceWhileTheLineIsThereIsNotAskedForEver() throws IOException {
        gateway.request("door", 3, LineSettings.input().withEdges(EdgeDetection.BOTH));
        board.kernel.fail("pread", board.file(LINE, "value"), Errno.ENODEV);
        board.pull(LINE, true);
        assertThat(gateway.owner.ends).isEmpty();
        assertThat(board.kernel.registrations()).as("the sweep alone").isOne();
        board.takeAway(gateway.device);
        assertGoneOnce();
    }

    @Test
    void somebodyWhoUnexportsOurLineIsSeen() throws IOException {
        gateway.request("lamp", 3, LineSettings.output());
        LineRequest other = gateway.request("pump", 5, LineSettings.output());
        KernelDevice line = new KernelDevice(
                "gpio", "gpio" + LINE, board.sys.resolve("devices/gpio" + LINE), Optional.empty(), Map.of());
        board.kernel.plug(line);
        board.unexport(LINE);
        board.kernel.unplug(line);
        assertThat(gateway.owner.ends).singleElement().asString().contains("somebody has unexported it");
        other.set(1, 1);
        gateway.request("lamp", 3, LineSettings.output());
    }

    @Test
    void aGroupThatLostALineGivesTheOthersBack() throws IOException {
        LineSettings safe = LineSettings.output().withSafe(Level.ACTIVE);
        List<RequestConfig.Line> lines = List.of(new RequestConfig.Line(3, safe), new RequestConfig.Line(5, safe));
        LineRequest request = gateway.chip().request(new RequestConfig("pair", lines, 0), gateway.owner);
        board.unexport(LINE);
        board.driver.clear();
        assertThatThrownBy(() -> request.levels(0b11)).hasMessageContaining("ENODEV");
        assertThat(board.driver).containsExactly(LINE + 2 + " = 1", LINE + 2 + " free");
        assertGoneOnce();
    }

    @Test
    void theEndOfAnEarlierExportIsNotMistakenForTheEndOfThisOne() throws IOException {
        KernelDevice line = new KernelDevice(
                "gpio", "gpio" + LINE, board.sys.resolve("devices/gpio" + LINE), Optional.empty(), Map.of());
        board.kernel.plug(line);
        gateway.request("lamp", 3, LineSettings.output()).close();
        gateway.request("lamp", 3, LineSettings.output());
        board.kernel.unplug(line);
        assertThat(gateway.owner.ends).isEmpty();
    }

    @Test
    void aChipThatComesBackServesAgain() throws IOException {
        gateway.request("lamp", 3, LineSettings.output());
        GpioChip old = gateway.chip();
        board.takeAway(gateway.device);
        assertThatThrownBy(() -> old.request(RequestConfig.of("lamp", 3, LineSettings.output()), gateway.owner))
                .hasMessageContaining("ENODEV");
        board.kernel.plug(board.restored(gateway.device));
        assertThat(gateway.chip()).isNotSameAs(old);
        gateway.request("lamp", 3, LineSettings.output()).set(1, 1);
        assertThat(board.isHigh(LINE)).isTrue();
    }
}
