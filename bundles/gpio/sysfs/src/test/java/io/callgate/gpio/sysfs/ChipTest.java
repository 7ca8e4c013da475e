// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.Direction;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineSettings;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.KernelDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChipTest {

    @TempDir
    private Path folder;

    private Gateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
    }

    private List<String> names() {
        return gateway.registry.services(GpioChip.class).stream()
                .map(GpioChip::name)
                .sorted()
                .toList();
    }

    @Test
    void aChipIsAServiceByTheNameThatTheCharacterDeviceGivesIt() {
        assertThat(gateway.registry.properties(gateway.chip()))
                .containsEntry(GpioChip.CHIP, "gpiochip0")
                .containsEntry(GpioChip.LABEL, "lab-gpio")
                .containsEntry(GpioChip.BACKEND, "sysfs")
                .containsEntry(GpioChip.LINES, 8)
                .containsEntry(GpioChip.ATOMIC, false)
                .containsEntry("service.ranking", 0);
        assertThat(gateway.chip().find("LED")).isEmpty();
    }

    @Test
    void whatTheCharacterDeviceAnnouncesIsNoChipOfOurs() {
        Path chardev = device("platform/lab-gpio/gpiochip0");
        gateway.board.kernel.plug(new KernelDevice("gpio", "gpiochip0", chardev, Optional.empty(), Map.of()));
        assertThat(names()).containsExactly("gpiochip0");
        assertThat(gateway.log.lines()).isEmpty();
    }

    private Path device(String path) {
        return gateway.board.sys.resolve("devices").resolve(path);
    }

    @Test
    void withoutCharacterDeviceAChipHasItsOwnName() throws IOException {
        gateway.board.kernel.plug(gateway.board.chip(400, 4, "old-board", ""));
        assertThat(names()).containsExactly("gpiochip0", "gpiochip400");
    }

    @Test
    void oneWhoseParentIsTheCharacterDevicesChipHasThatName() throws IOException {
        KernelDevice chip = gateway.board.chip(400, 4, "gpiochip7", "");
        gateway.board.kernel.plug(chip);
        assertThat(names()).containsExactly("gpiochip0", "gpiochip7");
    }

    @Test
    void ofSeveralChipsOfOneDeviceDebugfsSaysWhichIsWhich() throws IOException {
        gateway.board.debug("gpiochip5: GPIOs 390-393, parent: platform/twins, a:\n"
                + "gpiochip6: GPIOs 400-403, parent: platform/twins, twins:\n gpio-401 (|x) in lo\n");
        Files.createDirectories(device("platform/twins/gpiochip5"));
        gateway.board.kernel.plug(gateway.board.chip(400, 4, "twins", "gpiochip6"));
        assertThat(names()).containsExactly("gpiochip0", "gpiochip6");
    }

    @Test
    void aChipThatGoesTakesItsServiceAlong() throws IOException {
        gateway.board.takeAway(gateway.device);
        assertThat(gateway.registry.services(GpioChip.class)).isEmpty();
        assertThat(gateway.dispatcher.lanes()).isEqualTo(1);
    }

    @Test
    void aChipThatCannotBeReadIsNamedAndNotServed() throws IOException {
        KernelDevice odd = gateway.board.chip(400, 4, "odd", "");
        Files.writeString(odd.sysPath().resolve("ngpio"), "many\n");
        gateway.board.kernel.plug(odd);
        gateway.board.kernel.plug(gateway.board.chip(410, 4, "good", ""));
        assertThat(names()).containsExactly("gpiochip0", "gpiochip410");
        assertThat(gateway.log.lines("WARN")).singleElement().asString().contains("gpiochip400 is not served");
    }

    @Test
    void aFreeLineIsToldAsFree() throws IOException {
        assertThat(gateway.chip().info(3)).isEqualTo(new LineInfo("gpiochip0", 3, "", false, "", LineSettings.input()));
    }

    @Test
    void aLineOfOursIsToldWithOurName() throws IOException {
        gateway.request("door", 3, LineSettings.input().withEdges(EdgeDetection.FALLING));
        LineInfo info = gateway.chip().info(3);
        assertThat(info.used()).isTrue();
        assertThat(info.consumer()).isEqualTo("callgate:door");
        assertThat(info.settings().edges()).isEqualTo(EdgeDetection.FALLING);
        assertThat(info.settings().clock()).isEqualTo(EventClock.OBSERVED);
    }

    @Test
    void aLineThatSomebodyExportedIsToldAsItIs() throws IOException {
        gateway.board.export(Gateway.BASE + 2);
        LineInfo info = gateway.chip().info(2);
        assertThat(info.consumer()).isEqualTo("sysfs");
        assertThat(info.settings().direction()).isEqualTo(Direction.INPUT);
    }

    @Test
    void linesThatTheChipHasNotAreRefused() {
        assertThatThrownBy(() -> gateway.chip().info(8)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> gateway.request("x", 8, LineSettings.input()))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aChipThatHasGoneSaysSo() throws IOException {
        GpioChip chip = gateway.chip();
        gateway.board.takeAway(gateway.device);
        assertThatThrownBy(() -> chip.info(1))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("ENODEV");
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        gateway.request("door", 3, LineSettings.input().withEdges(EdgeDetection.BOTH));
        gateway.stop();
        gateway.board.kernel.advance(SysfsChips.LEFTOVERS.plusSeconds(1));
        assertThat(gateway.registry.services(GpioChip.class)).isEmpty();
        assertThat(gateway.dispatcher.lanes()).isZero();
        assertThat(gateway.board.kernel.registrations()).isZero();
        assertThat(gateway.board.kernel.openDescriptors()).isEmpty();
        assertThat(gateway.board.isExported(Gateway.BASE + 3)).isFalse();
    }
}
