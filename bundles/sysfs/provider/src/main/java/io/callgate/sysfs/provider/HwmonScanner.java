// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.KernelDevice;
import io.callgate.sysfs.Quantity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Monitoring chips: {@code temp1_input} in millidegrees, {@code in0_input} in millivolts, and so on.
 *
 * <p>New drivers have their attributes in hwmonN, old ones in the device below it ({@code hwmonN/device}). A thermal zone
 * or a power supply shows itself as a hwmon device as well; it is found where it is at home.
 *
 * @see <a href="https://docs.kernel.org/hwmon/sysfs-interface.html">hwmon sysfs interface</a>
 */
final class HwmonScanner extends SensorScanner {

    private static final Map<String, Kind> KINDS = Map.of(
            "temp", new Kind(Quantity.TEMPERATURE, Ratio.MILLI),
            "in", new Kind(Quantity.VOLTAGE, Ratio.MILLI),
            "curr", new Kind(Quantity.CURRENT, Ratio.MILLI),
            "power", new Kind(Quantity.POWER, Ratio.MICRO),
            "energy", new Kind(Quantity.ENERGY, Ratio.MICRO),
            "humidity", new Kind(Quantity.HUMIDITY, Ratio.MILLI),
            "fan", new Kind(Quantity.FAN_SPEED, Ratio.ONE),
            "freq", new Kind(Quantity.FREQUENCY, Ratio.ONE),
            "lux", new Kind(Quantity.ILLUMINANCE, Ratio.ONE));

    private static final Pattern INPUT = Pattern.compile("(([a-z]+)\\d+)_(input|average)");
    private static final Set<String> ELSEWHERE = Set.of("thermal", "power_supply");

    HwmonScanner(SysTree tree) {
        super(tree);
    }

    @Override
    public List<FoundSensor> scan(KernelDevice device) throws IOException {
        Optional<Path> hardware = hardware(device);
        if (hardware.isPresent() && isElsewhere(hardware.get())) {
            return List.of();
        }
        DeviceFolder own = DeviceFolder.of(tree, device.sysPath());
        DeviceFolder folder = own;
        List<Channel> channels = channels(own);
        if (channels.isEmpty() && hardware.isPresent()) {
            folder = DeviceFolder.of(tree, hardware.get());
            channels = channels(folder);
        }
        return sensors(device, chip(own.has("name") ? own : folder, device), channels);
    }

    private static boolean isElsewhere(Path hardware) {
        return ELSEWHERE.contains(hardware.getParent().getFileName().toString());
    }

    /** All inputs in a folder; an average stands for an input that is not there, as some power meters have it. */
    static List<Channel> channels(DeviceFolder folder) throws IOException {
        List<Channel> channels = new ArrayList<>();
        for (String file : folder.names()) {
            Matcher input = INPUT.matcher(file);
            if (!input.matches() || !KINDS.containsKey(input.group(2))) {
                continue;
            }
            if (input.group(3).equals("input") || !folder.has(input.group(1) + "_input")) {
                channels.add(channel(folder, file, input.group(1), KINDS.get(input.group(2))));
            }
        }
        return channels;
    }
}
