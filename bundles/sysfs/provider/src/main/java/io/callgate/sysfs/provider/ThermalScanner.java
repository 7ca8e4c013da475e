// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.KernelDevice;
import io.callgate.sysfs.Quantity;
import java.io.IOException;
import java.util.List;

/**
 * Thermal zones: {@code temp} in millidegrees. Their types are names, and several zones may have the same. The zone of a
 * power supply has its name and measures what it measures; it is found there.
 *
 * @see <a href="https://docs.kernel.org/driver-api/thermal/sysfs-api.html">thermal sysfs</a>
 */
final class ThermalScanner extends SensorScanner {

    private static final Kind KIND = new Kind(Quantity.TEMPERATURE, Ratio.MILLI);

    ThermalScanner(SysTree tree) {
        super(tree);
    }

    @Override
    public List<FoundSensor> scan(KernelDevice device) throws IOException {
        DeviceFolder folder = DeviceFolder.of(tree, device.sysPath());
        if (!device.name().startsWith("thermal_zone") || !folder.has("temp")) {
            return List.of(); // a cooling device
        }
        String type = folder.text("type");
        if (!type.isEmpty() && tree.has("class/power_supply/" + type)) {
            return List.of();
        }
        Chip zone = Chip.named(type, device.name());
        return sensors(device, zone, List.of(channel(folder, "temp", "temp", KIND)));
    }
}
