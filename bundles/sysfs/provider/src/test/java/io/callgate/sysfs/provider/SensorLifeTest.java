// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.testing.FakeDamping;
import io.callgate.sysfs.GoneException;
import io.callgate.sysfs.MalformedValueException;
import io.callgate.sysfs.Sensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sensors that come, go, come back, share a name, or are late. */
class SensorLifeTest {

    private static final String LM75 = "lm75-0048/temp1";
    private static final String INPUT = Machine.lm75Folder(1, "hwmon0") + "/temp1_input";

    @TempDir
    Path folder;

    private Machine machine;

    @BeforeEach
    void aMachine() throws IOException {
        machine = new Machine(new Gateway(folder));
    }

    private String inputPath() {
        return machine.gateway.root.resolve(INPUT).toString();
    }

    @Test
    void nothingIsOpenUntilSomebodyReadsAndThenOneFile() throws IOException {
        machine.lm75(1, "hwmon0");
        assertThat(machine.gateway.kernel.openDescriptors()).isEmpty();
        for (int i = 0; i < 10; i++) {
            machine.sensor(LM75).read();
        }
        assertThat(machine.gateway.kernel.openDescriptors()).hasSize(1);
        assertThat(machine.gateway.files.opened().stream().filter(path -> path.endsWith("temp1_input")))
                .hasSize(1);
    }

    @Test
    void whatNobodyReadsIsClosedAgainAndOpenedByTheNextRead() throws IOException {
        machine.lm75(1, "hwmon0");
        machine.sensor(LM75).read();
        machine.seconds(60);
        assertThat(machine.gateway.kernel.openDescriptors()).hasSize(1);
        machine.sensor(LM75).read();
        machine.seconds(60);
        assertThat(machine.gateway.kernel.openDescriptors()).hasSize(1);
        machine.seconds(60);
        assertThat(machine.gateway.kernel.openDescriptors()).isEmpty();
        assertThat(machine.sensor(LM75).readDouble()).isEqualTo(25.5);
    }

    @Test
    void anUnboundSensorIsATypedGoneAndItsServiceLeavesWithoutWaitingForTheKernelsWord() throws IOException {
        machine.lm75(1, "hwmon0");
        Sensor sensor = machine.sensor(LM75);
        sensor.read();
        machine.delete(Machine.lm75Folder(1, "hwmon0"));
        assertThatThrownBy(sensor::read)
                .isInstanceOf(GoneException.class)
                .hasMessageContaining(inputPath() + ": ENODEV");
        assertThat(machine.sensors()).isEmpty();
        assertThat(machine.gateway.kernel.openDescriptors()).isEmpty();
        assertThatThrownBy(sensor::readDouble).isInstanceOf(GoneException.class);
        assertThat(machine.gateway.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void theKernelsWordIsEnoughAndItComesBackAsAnotherService() throws IOException {
        machine.lm75(1, "hwmon0");
        Sensor before = machine.sensor(LM75);
        before.read();
        machine.remove("hwmon", Machine.lm75Folder(1, "hwmon0"));
        assertThat(machine.sensors()).isEmpty();
        assertThat(machine.gateway.kernel.openDescriptors()).isEmpty();
        assertThatThrownBy(before::read).isInstanceOf(GoneException.class);

        machine.delete("devices/pci0000:00/i2c-1");
        machine.lm75(1, "hwmon7");
        Sensor after = machine.sensor(LM75);
        assertThat(after).isNotSameAs(before);
        assertThat(after.readDouble()).isEqualTo(25.5);
        assertThat(after.path()).endsWith(Path.of("hwmon7/temp1_input"));
        assertThat(machine.gateway.log.lines)
                .containsExactly(
                        "info sensors have come: " + LM75,
                        "info sensors have left: " + LM75,
                        "info sensors have come: " + LM75);
    }

    @Test
    void aSensorThatComesTooOftenIsHeldBackUntilItHasStayed() throws IOException {
        FakeDamping damping = new FakeDamping(2);
        machine.gateway.framework.damping(damping);
        for (int i = 0; i < 3; i++) {
            machine.lm75(1, "hwmon0");
            assertThat(machine.sensors()).hasSize(i < 2 ? 1 : 0);
            machine.seconds(1); // a look in between offers it no sooner
            assertThat(machine.sensors()).hasSize(i < 2 ? 1 : 0);
            machine.remove("hwmon", Machine.lm75Folder(1, "hwmon0"));
            machine.delete("devices/pci0000:00/i2c-1");
            assertThat(machine.sensors()).isEmpty();
        }
        damping.settleAll();
        assertThat(machine.sensors()).as("it went before it had stayed").isEmpty();
        machine.lm75(1, "hwmon0");
        assertThat(machine.sensors()).isEmpty();
        damping.settleAll();
        assertThat(machine.sensor(LM75).readDouble()).isEqualTo(25.5);
        assertThat(machine.gateway.log.lines)
                .filteredOn(line -> line.contains("held back"))
                .hasSize(2);
    }

    @Test
    void aDeviceThatWasReplacedBetweenTwoLooksIsAnotherSensor() throws IOException {
        machine.lm75(1, "hwmon0");
        Sensor before = machine.sensor(LM75);
        machine.gateway.delete(INPUT);
        machine.files(Machine.lm75Folder(1, "hwmon0"), "between 1", "temp1_input 99000");
        assertThatThrownBy(before::read).isInstanceOf(GoneException.class);
        assertThat(machine.gateway.kernel.openDescriptors()).isEmpty();
        assertThat(machine.sensor(LM75)).isNotSameAs(before);
        assertThat(machine.sensor(LM75).readDouble()).isEqualTo(99);
    }

    @Test
    void aDriversOwnErrorIsOfThatReadOnlyEvenIfItIsENODEV() throws IOException {
        machine.lm75(1, "hwmon0");
        Sensor sensor = machine.sensor(LM75);
        for (Errno errno : new Errno[] {Errno.EIO, Errno.EAGAIN, Errno.ENODATA, Errno.ENODEV}) {
            machine.gateway.kernel.fail("pread", inputPath(), errno);
            assertThatThrownBy(sensor::read)
                    .isNotInstanceOf(GoneException.class)
                    .isInstanceOfSatisfying(
                            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(errno));
        }
        machine.gateway.kernel.mend("pread", inputPath());
        assertThat(sensor.readDouble()).isEqualTo(25.5);
        machine.gateway.file(INPUT, "n/a\n");
        assertThatThrownBy(sensor::read).isInstanceOf(MalformedValueException.class);
        assertThat(machine.sensor(LM75)).isSameAs(sensor);
    }

    @Test
    void whoMayNotReadItIsToldSoAndItStays() {
        machine.lm75(1, "hwmon0");
        assertThat(machine.gateway.root.resolve(INPUT).toFile().setReadable(false, false))
                .isTrue();
        assertThatThrownBy(() -> machine.sensor(LM75).read())
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(GoneException.class)
                .hasMessageContaining(INPUT);
        assertThat(machine.sensors()).containsExactly(LM75);
    }

    @Test
    void ofTwoWithTheSameShortNameNeitherHasItWhateverTheOrder() throws IOException {
        machine.lm75(2, "hwmon0");
        assertThat(machine.sensors()).containsExactly(LM75);
        Sensor first = machine.sensor(LM75);
        machine.lm75(1, "hwmon1");
        assertThat(machine.sensors()).containsExactly("lm75-1-0048/temp1", "lm75-2-0048/temp1");
        assertThat(machine.sensor("lm75-2-0048/temp1").device()).isEqualTo("2-0048");
        assertThatThrownBy(first::read).isInstanceOf(GoneException.class);
        machine.remove("hwmon", Machine.lm75Folder(2, "hwmon0"));
        assertThat(machine.sensors()).containsExactly(LM75);
        assertThat(machine.sensor(LM75).device()).isEqualTo("1-0048");
    }

    @Test
    void zonesOfTheSameTypeHaveTheirNumbers() {
        for (int i = 0; i < 2; i++) {
            String zone = "devices/virtual/thermal/thermal_zone" + i;
            machine.files(zone, "type acpitz", "temp 2" + i + "000").announce("thermal", zone);
        }
        assertThat(machine.sensors()).containsExactly("acpitz-thermal_zone0/temp", "acpitz-thermal_zone1/temp");
    }

    @Test
    void attributesThatAreMadeAfterTheAnnouncementAreFound() throws IOException {
        String chip = "devices/pci0000:00/i2c-1/1-0039";
        machine.files(chip, "name tsl2550").announce("i2c", chip);
        assertThat(machine.sensors()).isEmpty();
        machine.files(chip, "lux1_input 38");
        machine.seconds(1);
        assertThat(machine.sensor("tsl2550-0039/lux1").readDouble()).isEqualTo(38);
    }

    @Test
    void afterSomeSecondsNobodyLooksUnlessThereIsNews() {
        String chip = "devices/pci0000:00/i2c-1/1-0039";
        int idle = machine.gateway.kernel.registrations();
        machine.files(chip, "name tsl2550").announce("i2c", chip);
        assertThat(machine.gateway.kernel.registrations()).isEqualTo(idle + 1);
        machine.seconds(10);
        assertThat(machine.gateway.kernel.registrations()).isEqualTo(idle);
        machine.files(chip, "lux1_input 38");
        machine.seconds(10);
        assertThat(machine.sensors()).isEmpty();
        machine.announce("i2c", chip); // bound, says the kernel
        assertThat(machine.sensors()).containsExactly("tsl2550-0039/lux1");
        machine.gateway.delete(chip + "/lux1_input");
        machine.announce("i2c", chip); // unbound; the device stays
        assertThat(machine.sensors()).isEmpty();
    }

    @Test
    void aDeviceOfWhichOnlyHalfIsLeftHasNoSensorAndNoOtherName() {
        machine.lm75(1, "hwmon0");
        machine.gateway.delete(Machine.lm75Folder(1, "hwmon0") + "/uevent");
        machine.gateway.delete(Machine.lm75Folder(1, "hwmon0") + "/name");
        machine.seconds(1);
        assertThat(machine.sensors()).isEmpty();
        assertThat(machine.gateway.log.lines)
                .containsExactly("info sensors have come: " + LM75, "info sensors have left: " + LM75);
    }

    /** A kernel with power management, which makes a device's folder power last. */
    private void aMachineWithPowerManagement() throws IOException {
        Gateway gateway = new Gateway(Files.createDirectory(folder.resolve("other")));
        Files.createDirectory(gateway.root.resolve("power"));
        machine = new Machine(gateway);
    }

    @Test
    void aDeviceThatIsBeingMadeHasNoSensorAndNoOtherName() throws IOException {
        aMachineWithPowerManagement();
        String made = Machine.lm75Folder(1, "hwmon0");
        machine.files(made, "temp1_input 25500").announce("hwmon", made);
        assertThat(machine.sensors()).isEmpty();
        machine.files(made, "name lm75").files(made + "/power", "control auto").seconds(1);
        assertThat(machine.sensors()).containsExactly(LM75);
        assertThat(machine.gateway.log.lines).containsExactly("info sensors have come: " + LM75);
    }

    @Test
    void aDeviceThatGoesAndComesWhileItIsLookedAtHasNoSensorAndNoOtherName() throws IOException {
        aMachineWithPowerManagement();
        String first = Machine.lm75Folder(1, "hwmon0");
        Path name = machine.gateway.root.resolve(first + "/name");
        machine.files(first + "/power", "control auto").files("next/power", "control auto");
        machine.gateway.files.beforeReopening(() -> {
            machine.gateway.kernel.fail("pread", name.toString(), Errno.ENODEV);
            if (machine.gateway.tree.has("next/power")) {
                machine.delete(first + "/power");
                machine.move("next/power", first + "/power");
            }
        });
        machine.lm75(1, "hwmon0");
        assertThat(machine.gateway.tree.has("next/power"))
                .as("it has been looked at")
                .isFalse();
        assertThat(machine.sensors()).isEmpty();
        assertThat(machine.gateway.log.lines).isEmpty();
    }

    @Test
    void aDriverThatCannotSayALabelHasASensorAllTheSame() {
        String zone = "devices/virtual/hwmon/hwmon0";
        machine.files(zone, "name board", "temp1_input 20000", "temp1_label CPU");
        machine.gateway.kernel.fail(
                "pread", machine.gateway.root.resolve(zone + "/temp1_label").toString(), Errno.EIO);
        machine.announce("hwmon", zone);
        assertThat(machine.sensors()).containsExactly("board/temp1");
    }

    @Test
    void devicesOutsideTheRootAreNotOurs() {
        machine.gateway.plugged("leds", "elsewhere");
        machine.gateway.plugged("thermal", "thermal_zone0");
        machine.seconds(1);
        assertThat(machine.sensors()).isEmpty();
        assertThat(machine.gateway.log.lines).isEmpty();
    }

    @Test
    void newsOfASensorThatIsTheSameDisturbsNobody() throws IOException {
        machine.lm75(1, "hwmon0");
        Sensor sensor = machine.sensor(LM75);
        sensor.read();
        machine.announce("hwmon", Machine.lm75Folder(1, "hwmon0"));
        machine.seconds(3);
        assertThat(machine.sensor(LM75)).isSameAs(sensor);
        assertThat(machine.gateway.kernel.openDescriptors()).hasSize(1);
    }

    @Test
    void hundredsOfSensorsCostNoDescriptorAndNoTimer() {
        int idle = machine.gateway.kernel.registrations();
        for (int i = 0; i < 300; i++) {
            String zone = "devices/virtual/thermal/thermal_zone" + i;
            machine.files(zone, "type zone" + i, "temp 20000").announce("thermal", zone);
        }
        machine.gateway.kernel.advance(Duration.ofSeconds(10));
        assertThat(machine.sensors()).hasSize(300);
        assertThat(machine.gateway.kernel.openDescriptors()).isEmpty();
        assertThat(machine.gateway.kernel.registrations()).isEqualTo(idle);
    }

    @Test
    void aStopLeavesNothingBehind() throws IOException {
        machine.lm75(1, "hwmon0");
        Sensor sensor = machine.sensor(LM75);
        sensor.read();
        machine.sensors.close();
        machine.leds.close();
        machine.poller.close();
        assertThat(machine.sensors()).isEmpty();
        assertThat(machine.gateway.kernel.openDescriptors()).isEmpty();
        assertThat(machine.gateway.kernel.registrations()).isZero();
        assertThat(machine.gateway.dispatcher.lanes()).isZero();
        assertThatThrownBy(sensor::read).isInstanceOf(GoneException.class);
    }
}
