// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.KernelDevice;
import java.io.IOException;
import java.util.List;

/**
 * Chips on a bus whose drivers have attributes in the manner of hwmon but belong to no class, as tsl2550 has
 * {@code lux1_input}. They come when a driver is bound to the device, which is there before and stays behind.
 */
final class ClasslessScanner extends SensorScanner {

    ClasslessScanner(SysTree tree) {
        super(tree);
    }

    @Override
    public List<FoundSensor> scan(KernelDevice device) throws IOException {
        DeviceFolder folder = DeviceFolder.of(tree, device.sysPath());
        if (folder.has("hwmon") || folder.names().stream().anyMatch(name -> name.startsWith(IioScanner.DEVICE))) {
            return List.of(); // found there
        }
        List<Channel> channels = HwmonScanner.channels(folder);
        return channels.isEmpty()
                ? List.of()
                : sensors(device, Chip.of(folder.text("name"), device.name(), device.name()), channels);
    }
}
