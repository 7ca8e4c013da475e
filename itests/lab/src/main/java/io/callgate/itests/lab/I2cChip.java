// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A chip of the kernel's i2c-stub: registers and nothing behind them. A driver bound to it reads what a test has written.
 *
 * @see <a href="https://docs.kernel.org/i2c/i2c-stub.html">i2c-stub</a>
 */
public final class I2cChip {

    /** The light sensor, driver tsl2550 (no class): {@code lux1_input}. */
    public static final I2cChip LIGHT = new I2cChip(0x39, "tsl2550");

    /** The light sensor, driver apds9300 (IIO): {@code in_illuminance0_input}. */
    public static final I2cChip IIO_LIGHT = new I2cChip(0x29, "apds9300");

    /** The infrared thermometer, driver mlx90614 (IIO): raw values with a scale and an offset. */
    public static final I2cChip IIO_TEMPERATURE = new I2cChip(0x5a, "mlx90614");

    /** The thermometer, driver lm75 (hwmon): {@code temp1_input}. */
    public static final I2cChip TEMPERATURE = new I2cChip(0x48, "lm75");

    /** The battery, driver sbs-battery: a power supply, a thermal zone, a hwmon device. */
    public static final I2cChip BATTERY = new I2cChip(0x0b, "sbs-battery");

    /** The memory of 256 bytes, driver at24: {@code eeprom}. */
    public static final I2cChip EEPROM = new I2cChip(0x50, "24c02");

    private final int address;
    private final String driver;

    private I2cChip(int address, String driver) {
        this.address = address;
        this.driver = driver;
    }

    /** The chip's folder in /sys, {@code /sys/bus/i2c/devices/1-0039}. */
    public Path folder() throws IOException {
        return Path.of("/sys/bus/i2c/devices", "%d-%04x".formatted(bus(), address));
    }

    /** Sets a register of a byte. */
    public void setByte(int register, int value) throws IOException {
        set(register, value, "b");
    }

    /** Sets a register of two bytes, the lower first as SMBus has it. */
    public void setWord(int register, int value) throws IOException {
        set(register, value, "w");
    }

    /** Takes the driver's device away: what it gave is gone from /sys. */
    public void remove() throws IOException {
        Lab.write(adapter().resolve("delete_device"), "0x%02x".formatted(address));
    }

    /** Brings it back. */
    public void add() throws IOException {
        Lab.write(adapter().resolve("new_device"), "%s 0x%02x".formatted(driver, address));
    }

    /** The number of the stub's bus: 1 here, since the board has one of its own. */
    public static int bus() throws IOException {
        return Integer.parseInt(adapter().getFileName().toString().substring("i2c-".length()));
    }

    private void set(int register, int value, String mode) throws IOException {
        Lab.run(
                Lab.BUSYBOX,
                "i2cset",
                "-f",
                "-y",
                Integer.toString(bus()),
                hex(address),
                hex(register),
                hex(value),
                mode);
    }

    private static String hex(int value) {
        return "0x%x".formatted(value);
    }

    private static Path adapter() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/sys/bus/i2c/devices"))) {
            return all.filter(each -> each.getFileName().toString().startsWith("i2c-"))
                    .filter(each -> Lab.read(each.resolve("name")).contains("SMBus stub"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("i2c-stub is not loaded"));
        }
    }
}
