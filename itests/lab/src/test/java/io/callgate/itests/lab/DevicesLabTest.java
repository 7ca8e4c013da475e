// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Ran;
import io.callgate.itests.lab.KernelCalls.Call;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every device that the lab promises is there and behaves, seen with nothing but files: no bundle of ours takes part. */
@LabTest
class DevicesLabTest {

    private static final Duration PROGRAM = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void thisIsTheLab() {
        assertThat(Lab.inLab()).isTrue();
    }

    @Test
    void theLabsChipHasItsNames() throws Exception {
        SimChip chip = SimChip.labelled(SimChip.LAB);
        assertThat(chip.node()).exists();
        assertThat(names("lab", 8)).containsExactly("BUTTON", "LED", "RELAY", "DOOR", "PUMP", "VALVE", "ALARM", "HEAT");
        assertThat(Lab.read(Lab.device("gpio", "label", "lab-gpio").resolve("ngpio")))
                .isEqualTo("16");
    }

    @Test
    void aLineOfTheBoardIsHeldByTheKernel() throws Exception {
        assertThat(debugLines("lab-board")).anyMatch(line -> line.contains("POWER") && line.contains("lab-hog"));
    }

    @Test
    void aPulledLineIsReadThroughSysfs() throws Exception {
        SimChip chip = SimChip.labelled(SimChip.LAB);
        try (Exported button = new Exported(chip.sysfsBase())) {
            chip.pull(0, true);
            assertThat(button.read("value")).isEqualTo("1");
            chip.pull(0, false);
            assertThat(button.read("value")).isEqualTo("0");
        }
    }

    @Test
    void anOutputsLevelIsSeenFromBehindAndInEveryCallOfTheDriver() throws Exception {
        SimChip chip = SimChip.labelled(SimChip.LAB);
        try (Exported led = new Exported(chip.sysfsBase() + 1);
                KernelCalls calls = KernelCalls.of("gpio_sim_set offset=%si:u32 value=%dx:s32")) {
            led.write("direction", "low");
            calls.clear();
            led.write("value", "1");
            assertThat(chip.value(1)).isTrue();
            led.write("value", "0");
            assertThat(chip.value(1)).isFalse();
            assertThat(calls.seen())
                    .extracting(Call::arguments)
                    .containsExactly("offset=1 value=1", "offset=1 value=0");
        }
    }

    @Test
    void aTestMakesChipsAndTakesThemAway() throws Exception {
        Path node;
        try (SimChip chip = SimChip.make("made", 3, Map.of(2, "THIRD"))) {
            node = chip.node();
            assertThat(node).exists();
            assertThat(debugLines("made")).isNotEmpty();
            chip.unplug();
            assertThat(node).doesNotExist();
            assertThat(chip.plug().node()).exists();
        }
        assertThat(node).doesNotExist();
    }

    @Test
    void bothWatchdogsAreKnownByTheirIdentityAndSoftdogHasAPretimeout() throws Exception {
        assertThat(Lab.device("watchdog", "identity", "i6300ESB timer")).exists();
        Path soft = Lab.device("watchdog", "identity", "Software Watchdog");
        assertThat(Lab.read(soft.resolve("pretimeout"))).isEqualTo("0");
        assertThat(Lab.read(soft.resolve("pretimeout_available_governors"))).contains("noop", "panic");
        assertThat(Path.of("/dev", soft.getFileName().toString())).exists();
    }

    @Test
    void theLightSensorIsWhereABoardHasIt() throws Exception {
        Path lux = Path.of("/sys/bus/i2c/devices/1-0039/lux1_input");
        assertThat(I2cChip.LIGHT.folder()).isEqualTo(lux.getParent());
        assertThat(Lab.read(lux)).isEqualTo("38");
        I2cChip.LIGHT.setByte(0x43, 0xc0);
        assertThat(Integer.parseInt(Lab.read(lux))).isGreaterThan(38);
        I2cChip.LIGHT.setByte(0x43, 0xb0);
        assertThat(Lab.read(lux)).isEqualTo("38");
    }

    @Test
    void aRemovedSensorIsGoneAndComesBack() throws Exception {
        Path lux = I2cChip.LIGHT.folder().resolve("lux1_input");
        I2cChip.LIGHT.remove();
        assertThat(lux).doesNotExist();
        I2cChip.LIGHT.add();
        Lab.write(I2cChip.LIGHT.folder().resolve("power_state"), "1");
        assertThat(lux).exists();
    }

    @Test
    void thereAreIioSensorsWithAndWithoutAScale() throws Exception {
        Path light = iio("apds9300");
        assertThat(Lab.read(light.resolve("in_illuminance0_input"))).startsWith("22");
        Path temperature = iio("mlx90614");
        assertThat(Lab.read(temperature.resolve("in_temp_ambient_raw"))).isEqualTo("14981");
        assertThat(Double.parseDouble(Lab.read(temperature.resolve("in_temp_scale"))))
                .isEqualTo(20);
        assertThat(Double.parseDouble(Lab.read(temperature.resolve("in_temp_offset"))))
                .isEqualTo(-13657.5);
    }

    @Test
    void theThermometerIsAHwmonDevice() throws Exception {
        Path lm75 = Lab.device("hwmon", "name", "lm75");
        assertThat(Lab.read(lm75.resolve("temp1_input"))).isEqualTo("25500");
    }

    @Test
    void theMemoryKeepsWhatIsWritten() throws Exception {
        try (RandomAccessFile eeprom =
                new RandomAccessFile(I2cChip.EEPROM.folder().resolve("eeprom").toFile(), "rw")) {
            byte[] written = "callgate".getBytes(UTF_8);
            eeprom.seek(16);
            eeprom.write(written);
            byte[] read = new byte[written.length];
            eeprom.seek(16);
            eeprom.readFully(read);
            assertThat(read).isEqualTo(written);
        }
    }

    @Test
    void powerSuppliesAndThermalZonesAreThere() throws Exception {
        Path ac = Path.of("/sys/class/power_supply/test_ac");
        assertThat(Lab.read(ac.resolve("online"))).isEqualTo("1");
        Lab.write(Path.of("/sys/module/test_power/parameters/ac_online"), "off");
        assertThat(Lab.read(ac.resolve("online"))).isEqualTo("0");
        Lab.write(Path.of("/sys/module/test_power/parameters/ac_online"), "on");

        assertThat(Lab.read(Path.of("/sys/class/power_supply/sbs-1-000b/voltage_now")))
                .isEqualTo("11860000");
        Path battery = Lab.device("thermal", "type", "sbs-1-000b");
        assertThat(Lab.read(battery.resolve("temp"))).isEqualTo("25700");
        assertThat(Lab.device("thermal", "type", "test_battery")).exists();
    }

    @Test
    void aLedIsSwitchedAndHasTriggers() throws Exception {
        Path led = Path.of("/sys/class/leds/input0::capslock");
        for (String brightness : List.of("1", "0")) {
            Lab.write(led.resolve("brightness"), brightness);
            assertThat(Lab.read(led.resolve("brightness"))).isEqualTo(brightness);
        }
        assertThat(Lab.read(led.resolve("trigger"))).contains("none", "timer", "heartbeat", "oneshot", "pattern");
    }

    @Test
    void theEduDeviceInterruptsThroughUio() throws Exception {
        assertThat(Lab.read(Path.of("/sys/class/uio/uio0/name"))).isEqualTo("uio_pci_generic");
        Path device = Path.of("/sys/class/uio/uio0/device");
        String registers = Lab.read(device.resolve("resource")).split(" ", 2)[0];
        long address = Long.decode(registers);
        try (InputStream interrupts = Files.newInputStream(Path.of("/dev/uio0"))) {
            devmem(address + 0x60, 1); // raise
            byte[] count = interrupts.readNBytes(4);
            assertThat(count[0]).isPositive();
            devmem(address + 0x64, 1); // acknowledge
        }
    }

    @Test
    void theVideoDeviceGivesPictures() throws Exception {
        try (InputStream video = Files.newInputStream(Path.of("/dev/video0"))) {
            assertThat(video.readNBytes(64 * 1024)).hasSize(64 * 1024).contains((byte) 0x80);
        }
    }

    @Test
    void blockDevicesKeepOrForgetWhatIsWritten() throws Exception {
        Path file = Files.write(folder.resolve("disk"), new byte[1 << 20]);
        String loop = Lab.run("losetup", "--find", "--show", file.toString()).strip();
        try {
            assertThat(rewritten(Path.of(loop))).startsWith("lab");
        } finally {
            Lab.run("losetup", "--detach", loop);
        }
        Lab.write(Path.of("/sys/block/zram0/disksize"), "1M");
        assertThat(rewritten(Path.of("/dev/zram0"))).startsWith("lab");
        assertThat(rewritten(Path.of("/dev/ram0"))).startsWith("lab");
        assertThat(rewritten(Path.of("/dev/nullb0"))).doesNotStartWith("lab");
    }

    @Test
    void networkInterfacesAreThere() {
        assertThat(Integer.decode(Lab.read(Path.of("/sys/class/net/vcan0/flags"))) & 1)
                .as("vcan0 is up")
                .isOne();
        assertThat(Path.of("/sys/class/net/dummy0")).exists();
        assertThat(Path.of("/dev/net/tun")).exists();
    }

    @Test
    void theKernelsOtherDoorsAreOpen() throws Exception {
        for (String node : List.of("uinput", "uhid", "cuse", "fuse", "i2c-1", "ptmx", "mqueue", "shm")) {
            assertThat(Path.of("/dev", node)).exists();
        }
        for (String tree : List.of("tracing/kprobe_events", "debug/gpio", "btf/vmlinux", "config/gpio-sim")) {
            assertThat(Path.of("/sys/kernel", tree)).exists();
        }
    }

    @Test
    void aUserInTheRightGroupsHasTheDevicesAndNoCapability() throws Exception {
        Ran ran = Ran.of(
                PROGRAM,
                Lab.asUser(
                        "sh",
                        "-c",
                        "grep CapEff /proc/self/status && exec 3<>/dev/gpiochip0"
                                + " && exec 3<>/dev/i2c-1 && echo 1 >/sys/class/leds/input0::capslock/brightness && ! cat /dev/mem"));
        assertThat(ran.status()).as(ran.text()).isZero();
        assertThat(ran.text()).contains("CapEff:\t0000000000000000");
    }

    @Test
    void aNewChipIsGivenToTheGroupAsUdevWouldDo() throws Exception {
        try (SimChip chip = SimChip.make("given", 2, Map.of())) {
            Await.until("the group of " + chip, PROGRAM, () -> Files.getAttribute(chip.node(), "unix:group")
                    .toString()
                    .equals("gpio"));
        }
    }

    @Test
    void modulesOfDebiansKernelCanBeLoaded() throws Exception {
        Lab.insmod("lm77");
        Lab.rmmod("lm77");
        assertThat(Lab.dmesg()).isNotEmpty();
    }

    /** A line exported by the sysfs interface, for as long as this is open. */
    private static final class Exported implements AutoCloseable {
        private final int number;
        private final Path line;

        Exported(int number) throws IOException {
            this.number = number;
            Lab.write(Path.of("/sys/class/gpio/export"), Integer.toString(number));
            line = Path.of("/sys/class/gpio", "gpio" + number);
        }

        String read(String attribute) {
            return Lab.read(line.resolve(attribute));
        }

        void write(String attribute, String value) throws IOException {
            Lab.write(line.resolve(attribute), value);
        }

        @Override
        public void close() throws IOException {
            Lab.write(Path.of("/sys/class/gpio/unexport"), Integer.toString(number));
        }
    }

    private static List<String> names(String chip, int count) {
        Path bank = Path.of("/sys/kernel/config/gpio-sim", chip, "bank0");
        return Stream.iterate(0, i -> i + 1)
                .limit(count)
                .map(i -> Lab.read(bank.resolve("line" + i + "/name")))
                .toList();
    }

    /** What debugfs says of a chip: its head line and its lines in use. */
    private static List<String> debugLines(String label) throws IOException {
        return Arrays.stream(String.join("\n", Files.readAllLines(Path.of("/sys/kernel/debug/gpio")))
                        .split("\n\n"))
                .filter(chip -> chip.contains(label))
                .flatMap(String::lines)
                .toList();
    }

    private static Path iio(String name) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/sys/bus/iio/devices"))) {
            return all.filter(each -> Lab.read(each.resolve("name")).equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no iio device " + name));
        }
    }

    private static void devmem(long address, int value) throws IOException {
        Lab.run(Lab.BUSYBOX, "devmem", "0x%x".formatted(address), "32", Integer.toString(value));
    }

    /** Writes the beginning of a block device, drops the caches, and reads it again. */
    private static String rewritten(Path device) throws IOException {
        byte[] block = Arrays.copyOf("lab".getBytes(UTF_8), 4096);
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            file.write(block);
            file.getFD().sync();
        }
        Lab.write(Path.of("/proc/sys/vm/drop_caches"), "1");
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "r")) {
            file.readFully(block);
        }
        return new String(block, 0, 8, UTF_8);
    }
}
