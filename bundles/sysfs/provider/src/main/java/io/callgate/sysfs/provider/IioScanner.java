// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.KernelDevice;
import io.callgate.sysfs.Quantity;
import io.callgate.sysfs.provider.FoundSensor.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Industrial I/O: {@code in_TYPE[N][-TYPEM][_MODIFIER]_input} is processed, {@code ..._raw} is to be: (raw + offset) *
 * scale. Offset and scale are of the channel, or shared by all of its type, by all inputs, or by the whole device.
 *
 * @see <a href="https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-bus-iio">IIO ABI</a>
 */
final class IioScanner extends SensorScanner {

    /** How a device's name begins; the subsystem has triggers as well. */
    static final String DEVICE = "iio:device";

    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("voltage", new Kind(Quantity.VOLTAGE, Ratio.MILLI)),
            Map.entry("altvoltage", new Kind(Quantity.VOLTAGE, Ratio.MILLI)),
            Map.entry("current", new Kind(Quantity.CURRENT, Ratio.MILLI)),
            Map.entry("power", new Kind(Quantity.POWER, Ratio.MILLI)),
            Map.entry("energy", new Kind(Quantity.ENERGY, Ratio.ONE)),
            Map.entry("temp", new Kind(Quantity.TEMPERATURE, Ratio.MILLI)),
            Map.entry("humidityrelative", new Kind(Quantity.HUMIDITY, Ratio.MILLI)),
            Map.entry("pressure", new Kind(Quantity.PRESSURE, new Ratio(10, 1))), // from kPa
            Map.entry("illuminance", new Kind(Quantity.ILLUMINANCE, Ratio.ONE)),
            Map.entry("intensity", new Kind(Quantity.INTENSITY, Ratio.ONE)),
            Map.entry("uvindex", new Kind(Quantity.UV_INDEX, Ratio.ONE)),
            Map.entry("proximity", new Kind(Quantity.PROXIMITY, Ratio.ONE)),
            Map.entry("distance", new Kind(Quantity.DISTANCE, Ratio.ONE)),
            Map.entry("velocity", new Kind(Quantity.VELOCITY, Ratio.ONE)),
            Map.entry("accel", new Kind(Quantity.ACCELERATION, Ratio.ONE)),
            Map.entry("gravity", new Kind(Quantity.ACCELERATION, Ratio.ONE)),
            Map.entry("anglvel", new Kind(Quantity.ANGULAR_VELOCITY, Ratio.ONE)),
            Map.entry("magn", new Kind(Quantity.MAGNETIC_FLUX_DENSITY, new Ratio(100, 1))), // from gauss
            Map.entry("incli", new Kind(Quantity.ANGLE, Ratio.ONE)),
            Map.entry("angl", new Kind(Quantity.ANGLE, new Ratio(180, Math.PI))), // from radians
            Map.entry("resistance", new Kind(Quantity.RESISTANCE, Ratio.ONE)),
            Map.entry("capacitance", new Kind(Quantity.CAPACITANCE, Ratio.ONE)),
            Map.entry("electricalconductivity", new Kind(Quantity.CONDUCTIVITY, Ratio.ONE)),
            Map.entry("concentration", new Kind(Quantity.CONCENTRATION, new Ratio(10_000, 1))), // from percent
            Map.entry("massconcentration", new Kind(Quantity.MASS_CONCENTRATION, Ratio.ONE)),
            Map.entry("ph", new Kind(Quantity.ACIDITY, Ratio.ONE)));

    private static final Pattern CHANNEL =
            Pattern.compile("(in_([a-z]+)\\d*(?:(-[a-z]+)\\d+)?(?:_[a-z0-9]+)*?)_(raw|input)");

    /** What was extreme or in the middle some time ago, and is no channel. */
    private static final Pattern REMEMBERED = Pattern.compile(".*_(peak|trough|mean)");

    IioScanner(SysTree tree) {
        super(tree);
    }

    @Override
    public List<FoundSensor> scan(KernelDevice device) throws IOException {
        if (!device.name().startsWith(DEVICE)) {
            return List.of();
        }
        DeviceFolder folder = DeviceFolder.of(tree, device.sysPath());
        List<Channel> channels = new ArrayList<>();
        for (String file : folder.names()) {
            Matcher name = CHANNEL.matcher(file);
            if (name.matches() && isSensor(name, folder)) {
                channels.add(channel(folder, name));
            }
        }
        return sensors(device, chip(folder, device), channels);
    }

    /** Some drivers have both forms of a channel: then the processed one counts. */
    private static boolean isSensor(Matcher name, DeviceFolder folder) {
        String channel = name.group(1);
        return KINDS.containsKey(name.group(2))
                && !REMEMBERED.matcher(channel).matches()
                && (name.group(4).equals("input") || !folder.has(channel + "_input"));
    }

    private static Channel channel(DeviceFolder folder, Matcher name) throws IOException {
        String channel = name.group(1);
        Kind kind = KINDS.get(name.group(2));
        boolean raw = name.group(4).equals("raw");
        Source source = new Source(
                folder.file(name.group()),
                folder.key(name.group()),
                raw ? parameter(folder, name, "offset") : Optional.empty(),
                raw ? parameter(folder, name, "scale") : Optional.empty(),
                kind.ratio());
        return new Channel(channel.substring("in_".length()), folder.text(channel + "_label"), kind, source);
    }

    /** The nearest one: of the channel, of its type, of all inputs, of the device. */
    private static Optional<Path> parameter(DeviceFolder folder, Matcher name, String parameter) {
        String type = "in_" + name.group(2) + (name.group(3) == null ? "" : name.group(3));
        return folder.first(name.group(1) + "_" + parameter, type + "_" + parameter, "in_" + parameter, parameter);
    }
}
