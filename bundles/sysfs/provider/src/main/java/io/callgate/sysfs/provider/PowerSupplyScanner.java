// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.KernelDevice;
import io.callgate.sysfs.Quantity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Batteries and chargers: what they measure, in micro-units and tenths of degrees. What they are made for (design and
 * limits) and what they say in words (status, health) is not measured.
 *
 * @see <a href="https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-power">power supply ABI</a>
 */
final class PowerSupplyScanner extends SensorScanner {

    private static final Kind VOLTAGE = new Kind(Quantity.VOLTAGE, Ratio.MICRO);
    private static final Kind CURRENT = new Kind(Quantity.CURRENT, Ratio.MICRO);
    private static final Kind POWER = new Kind(Quantity.POWER, Ratio.MICRO);
    private static final Kind CHARGE = new Kind(Quantity.CHARGE, Ratio.MICRO); // from uAh
    private static final Kind TEMPERATURE = new Kind(Quantity.TEMPERATURE, new Ratio(1, 10));
    private static final Kind DURATION = new Kind(Quantity.DURATION, Ratio.ONE);

    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("voltage_now", VOLTAGE),
            Map.entry("voltage_avg", VOLTAGE),
            Map.entry("voltage_ocv", VOLTAGE),
            Map.entry("current_now", CURRENT),
            Map.entry("current_avg", CURRENT),
            Map.entry("power_now", POWER),
            Map.entry("power_avg", POWER),
            Map.entry("energy_now", new Kind(Quantity.ENERGY, new Ratio(3600, 1_000_000))), // from uWh
            Map.entry("charge_now", CHARGE),
            Map.entry("charge_counter", CHARGE),
            Map.entry("capacity", new Kind(Quantity.CHARGE_LEVEL, Ratio.ONE)),
            Map.entry("temp", TEMPERATURE),
            Map.entry("temp_ambient", TEMPERATURE),
            Map.entry("time_to_empty_now", DURATION),
            Map.entry("time_to_empty_avg", DURATION),
            Map.entry("time_to_full_now", DURATION),
            Map.entry("time_to_full_avg", DURATION));

    PowerSupplyScanner(SysTree tree) {
        super(tree);
    }

    @Override
    public List<FoundSensor> scan(KernelDevice device) throws IOException {
        DeviceFolder folder = DeviceFolder.of(tree, device.sysPath());
        List<Channel> channels = new ArrayList<>();
        for (String file : folder.names()) {
            if (KINDS.containsKey(file)) {
                channels.add(channel(folder, file, file, KINDS.get(file)));
            }
        }
        return sensors(device, Chip.named(device.name(), device.name()), channels);
    }
}
