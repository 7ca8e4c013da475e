// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.callgate.sysfs.Datum;
import io.callgate.sysfs.Quantity;
import io.callgate.sysfs.Sensor;
import io.callgate.sysfs.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the trees that real drivers make: names, quantities, units, exact values. */
class SensorScanTest {

    @TempDir
    Path folder;

    private Machine machine;

    @BeforeEach
    void aMachine() throws IOException {
        machine = new Machine(new Gateway(folder));
    }

    private void says(String name, Quantity quantity, double value) throws IOException {
        Sensor sensor = machine.sensor(name);
        assertThat(sensor.quantity()).isEqualTo(quantity);
        assertThat(sensor.readDouble()).as(name).isEqualTo(value);
        assertThat(sensor.read().datum()).isEqualTo(new Datum.Decimal(value));
    }

    @Test
    void lm75IsNamedByChipAndAddressAndReadInDegrees() throws IOException {
        machine.lm75(1, "hwmon0");
        says("lm75-0048/temp1", Quantity.TEMPERATURE, 25.5);
        Sensor sensor = machine.sensor("lm75-0048/temp1");
        Value value = sensor.read();
        assertThat(value).hasToString("25.5 °C");
        assertThat(value.name()).isEqualTo("lm75-0048/temp1");
        assertThat(sensor.device()).isEqualTo("1-0048");
        assertThat(sensor.label()).isEqualTo("temp1");
        assertThat(sensor.path()).endsWith(Path.of("1-0048/hwmon/hwmon0/temp1_input"));
        Map<String, Object> properties =
                machine.gateway.framework.services(Sensor.class).get(0).properties();
        assertThat(properties)
                .containsEntry("callgate.name", "lm75-0048/temp1")
                .containsEntry("callgate.quantity", "temperature")
                .containsEntry("callgate.device", "1-0048")
                .containsEntry("callgate.label", "temp1")
                .containsEntry("callgate.unit", "°C");
    }

    @Test
    void coretempIsNamedByItsLabels() throws IOException {
        String chip = "devices/platform/coretemp.0";
        machine.files(
                        chip + "/hwmon/hwmon2",
                        "name coretemp",
                        "temp1_input 41000",
                        "temp1_label Package id 0",
                        "temp1_crit 100000",
                        "temp2_input 39001",
                        "temp2_label Core 0",
                        "temp3_input 40000",
                        "temp3_label Core 1")
                .announce("hwmon", chip + "/hwmon/hwmon2");
        assertThat(machine.sensors())
                .containsExactly("coretemp.0/Core-0", "coretemp.0/Core-1", "coretemp.0/Package-id-0");
        says("coretemp.0/Core-0", Quantity.TEMPERATURE, 39.001);
        assertThat(machine.sensor("coretemp.0/Core-0").label()).isEqualTo("Core 0");
    }

    @Test
    void aPowerMonitorHasVoltageCurrentPowerAndEnergy() throws IOException {
        String chip = "devices/platform/soc/i2c-3/3-0040";
        machine.files(
                        chip + "/hwmon/hwmon1",
                        "name ina226",
                        "in0_input 12",
                        "in1_input 12345",
                        "curr1_input -1750",
                        "power1_input 21603750",
                        "power2_average 7000000",
                        "power3_average 1",
                        "power3_input 3000000",
                        "energy1_input 123456789",
                        "humidity1_input 45200",
                        "fan1_input 1200",
                        "freq1_input 2500000",
                        "pwm1 128",
                        "update_interval 2",
                        "in1_lcrit 0")
                .announce("hwmon", chip + "/hwmon/hwmon1");
        says("ina226-0040/in0", Quantity.VOLTAGE, 0.012);
        says("ina226-0040/in1", Quantity.VOLTAGE, 12.345);
        says("ina226-0040/curr1", Quantity.CURRENT, -1.75);
        says("ina226-0040/power1", Quantity.POWER, 21.60375);
        says("ina226-0040/power2", Quantity.POWER, 7);
        says("ina226-0040/power3", Quantity.POWER, 3);
        says("ina226-0040/energy1", Quantity.ENERGY, 123.456789);
        says("ina226-0040/humidity1", Quantity.HUMIDITY, 45.2);
        says("ina226-0040/fan1", Quantity.FAN_SPEED, 1200);
        says("ina226-0040/freq1", Quantity.FREQUENCY, 2_500_000);
        assertThat(machine.sensors()).hasSize(10);
    }

    @Test
    void attributesOfAnOldDriverAreInTheDeviceBelow() throws IOException {
        String chip = "devices/pci0000:00/i2c-0/0-002d";
        machine.files(chip, "name w83781d", "temp1_input 30000", "in0_input 3300")
                .announce("hwmon", chip + "/hwmon/hwmon4")
                .announce("i2c", chip);
        assertThat(machine.sensors()).containsExactly("w83781d-002d/in0", "w83781d-002d/temp1");
        says("w83781d-002d/in0", Quantity.VOLTAGE, 3.3);
    }

    @Test
    void aLabelThatSeveralChannelsHaveNamesNone() {
        String chip = "devices/virtual/hwmon/hwmon0";
        machine.files(
                        chip,
                        "name board",
                        "temp1_input 1",
                        "temp1_label CPU",
                        "in1_input 1",
                        "in1_label CPU",
                        "temp2_input 1",
                        "temp2_label temp1",
                        "temp3_input 1",
                        "temp3_label a/(b)*")
                .announce("hwmon", chip);
        assertThat(machine.sensors()).containsExactly("board/a-b", "board/in1", "board/temp1", "board/temp2");
        assertThat(machine.sensor("board/in1").label()).isEqualTo("CPU");
    }

    @Test
    void aThermalZoneOrABatteryIsNotFoundAgainAsHwmon() {
        String zone = "devices/virtual/thermal/thermal_zone0";
        machine.files(zone, "type cpu-thermal", "temp 45123")
                .files(zone + "/hwmon0", "name cpu_thermal", "temp1_input 45123")
                .announce("hwmon", zone + "/hwmon0")
                .announce("thermal", zone);
        assertThat(machine.sensors()).containsExactly("cpu-thermal/temp");
    }

    @Test
    void theThermalZoneOfABatteryIsNotFoundBesideIt() {
        String battery = "devices/virtual/power_supply/test_battery";
        String zone = "devices/virtual/thermal/thermal_zone0";
        machine.files(battery, "temp 260")
                .link("class/power_supply/test_battery", battery)
                .files(zone, "type test_battery", "temp 26000")
                .announce("power_supply", battery)
                .announce("thermal", zone);
        assertThat(machine.sensors()).containsExactly("test_battery/temp");
    }

    @Test
    void apds9300IsAnIioDeviceWithAProcessedAndARawChannel() throws IOException {
        String device = "devices/pci0000:00/i2c-1/1-0029/iio:device0";
        machine.files(
                        device,
                        "name apds9300",
                        "in_illuminance0_input 22",
                        "in_intensity0_raw 800",
                        "in_intensity1_raw 100")
                .announce("iio", device);
        says("apds9300-0029/illuminance0", Quantity.ILLUMINANCE, 22);
        says("apds9300-0029/intensity0", Quantity.INTENSITY, 800);
        assertThat(machine.sensor("apds9300-0029/illuminance0").device()).isEqualTo("1-0029");
        assertThat(machine.sensors()).hasSize(3);
    }

    @Test
    void bme280IsProcessedInKernelUnits() throws IOException {
        String device = "devices/platform/soc/i2c-1/1-0076/iio:device1";
        machine.files(
                        device,
                        "name bme280",
                        "in_temp_input 22910",
                        "in_pressure_input 101.325000000",
                        "in_humidityrelative_input 48123",
                        "in_temp_oversampling_ratio 2")
                .announce("iio", device);
        says("bme280-0076/temp", Quantity.TEMPERATURE, 22.91);
        says("bme280-0076/pressure", Quantity.PRESSURE, 1013.25);
        says("bme280-0076/humidityrelative", Quantity.HUMIDITY, 48.123);
    }

    @Test
    void rawIsShiftedAndThenScaledByTheNearestParameter() throws IOException {
        String device = "devices/platform/soc/2198000.adc/iio:device0";
        machine.files(
                        device,
                        "name 2198000.adc",
                        "in_temp_raw 1000",
                        "in_temp_offset -200",
                        "in_temp_scale 31.25",
                        "in_voltage0_raw 4095",
                        "in_voltage1_raw 1000",
                        "in_voltage1_scale 2.0",
                        "in_voltage_scale 0.5",
                        "in_voltage0-voltage1_raw -50",
                        "in_voltage-voltage_scale 4",
                        "in_accel_x_raw -100",
                        "in_accel_x_peak_raw 9999",
                        "in_accel_scale 0.019600000",
                        "in_accel_x_calibbias 12",
                        "in_intensity_both_raw 7",
                        "in_intensity_ir_raw 8",
                        "in_intensity_ir_input 9",
                        "in_magn_z_raw 3",
                        "scale 0.25",
                        "in_timestamp_raw 1",
                        "out_voltage0_raw 3")
                .announce("iio", device);
        says("2198000.adc/temp", Quantity.TEMPERATURE, 25);
        says("2198000.adc/voltage0", Quantity.VOLTAGE, 2.0475);
        says("2198000.adc/voltage1", Quantity.VOLTAGE, 2);
        says("2198000.adc/voltage0-voltage1", Quantity.VOLTAGE, -0.2);
        says("2198000.adc/accel_x", Quantity.ACCELERATION, -1.96);
        says("2198000.adc/intensity_both", Quantity.INTENSITY, 1.75);
        says("2198000.adc/intensity_ir", Quantity.INTENSITY, 9);
        says("2198000.adc/magn_z", Quantity.MAGNETIC_FLUX_DENSITY, 75);
        assertThat(machine.sensors()).hasSize(8);
    }

    @Test
    void aRangeThatIsSetCountsFromTheNextReadOn() throws IOException {
        String device = "devices/platform/soc/i2c-1/1-001e/iio:device0";
        machine.files(device, "name light", "in_illuminance_raw 100", "in_illuminance_scale 0.5")
                .announce("iio", device);
        says("light-001e/illuminance", Quantity.ILLUMINANCE, 50);
        machine.files(device, "in_illuminance_scale 0.0625");
        says("light-001e/illuminance", Quantity.ILLUMINANCE, 6.25);
    }

    @Test
    void anglesConcentrationAndTriggers() throws IOException {
        String device = "devices/iio:device3";
        machine.files(device, "name x", "in_angl_raw 2", "in_concentration_co2_input 0.0415")
                .files("devices/trigger0", "name x-dev0", "in_temp_input 1")
                .announce("iio", device)
                .announce("iio", "devices/trigger0");
        assertThat(machine.sensors()).containsExactly("x/angl", "x/concentration_co2");
        assertThat(machine.sensor("x/angl").readDouble()).isEqualTo(Math.toDegrees(2), within(1e-12));
        says("x/concentration_co2", Quantity.CONCENTRATION, 415);
    }

    @Test
    void aBatteryIsManySensorsAndItsWordsAreNone() throws IOException {
        String battery = "devices/LNXSYSTM:00/PNP0C0A:00/power_supply/BAT0";
        machine.files(
                        battery,
                        "type Battery",
                        "status Discharging",
                        "present 1",
                        "voltage_now 12137000",
                        "voltage_min_design 10800000",
                        "current_now -1524000",
                        "power_now 18497000",
                        "energy_now 45123000",
                        "energy_full 50000000",
                        "charge_now 3712000",
                        "capacity 90",
                        "capacity_level Normal",
                        "temp 297",
                        "time_to_empty_now 8760")
                .announce("power_supply", battery);
        says("BAT0/voltage_now", Quantity.VOLTAGE, 12.137);
        says("BAT0/current_now", Quantity.CURRENT, -1.524);
        says("BAT0/power_now", Quantity.POWER, 18.497);
        says("BAT0/energy_now", Quantity.ENERGY, 162442.8);
        says("BAT0/charge_now", Quantity.CHARGE, 3.712);
        says("BAT0/capacity", Quantity.CHARGE_LEVEL, 90);
        says("BAT0/temp", Quantity.TEMPERATURE, 29.7);
        says("BAT0/time_to_empty_now", Quantity.DURATION, 8760);
        assertThat(machine.sensors()).hasSize(8);
        assertThat(machine.sensor("BAT0/temp").device()).isEqualTo("BAT0");
    }

    @Test
    void aChipWithoutAClassIsFoundOnItsBus() throws IOException {
        String chip = "devices/pci0000:00/i2c-1/1-0039";
        machine.files(chip, "name tsl2550", "lux1_input 38", "power_state 1", "operating_mode 0")
                .files("devices/pci0000:00/i2c-1", "name SMBus stub driver")
                .announce("i2c", "devices/pci0000:00/i2c-1")
                .announce("i2c", chip);
        assertThat(machine.sensors()).containsExactly("tsl2550-0039/lux1");
        says("tsl2550-0039/lux1", Quantity.ILLUMINANCE, 38);
        assertThat(machine.sensor("tsl2550-0039/lux1").device()).isEqualTo("1-0039");
    }
}
