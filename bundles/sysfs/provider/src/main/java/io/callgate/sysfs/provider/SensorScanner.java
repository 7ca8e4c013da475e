// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.KernelDevice;
import io.callgate.sysfs.Quantity;
import io.callgate.sysfs.provider.FoundSensor.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Knows how the drivers of one subsystem show their sensors. */
abstract class SensorScanner implements Discovery.Scanner<FoundSensor> {

    /** What a channel measures, and what the kernel counts it in. */
    record Kind(Quantity quantity, Ratio ratio) {}

    /** A channel that was found, before it has a name. */
    record Channel(String name, String label, Kind kind, Source source) {}

    final SysTree tree;

    SensorScanner(SysTree tree) {
        this.tree = tree;
    }

    /**
     * The hardware below a class device, by its path: the links to it go before its attributes do, and so would tell
     * another story while it goes.
     */
    static Optional<Path> hardware(KernelDevice device) {
        Path above = device.sysPath().getParent();
        Path hardware = above.endsWith(device.subsystem()) ? above.getParent() : above;
        return hardware.endsWith("virtual") || hardware.endsWith("devices") ? Optional.empty() : Optional.of(hardware);
    }

    /** @param named where its name is */
    static Chip chip(DeviceFolder named, KernelDevice device) throws IOException {
        String hardware =
                hardware(device).map(path -> path.getFileName().toString()).orElse("");
        return Chip.of(named.text("name"), hardware, device.name());
    }

    /** A channel whose value is in one file. */
    static Channel channel(DeviceFolder folder, String file, String name, Kind kind) throws IOException {
        Source source =
                new Source(folder.file(file), folder.key(file), Optional.empty(), Optional.empty(), kind.ratio());
        return new Channel(name, folder.text(name + "_label"), kind, source);
    }

    /** A label names a channel if no other channel of the chip has it; some drivers call all alike. */
    static List<FoundSensor> sensors(KernelDevice device, Chip chip, List<Channel> channels) {
        Path folder = device.sysPath();
        List<FoundSensor> sensors = new ArrayList<>();
        for (Channel each : channels) {
            String word = Chip.word(each.label);
            boolean alone = channels.stream()
                            .filter(other -> word.equals(Chip.word(other.label)) || word.equals(other.name))
                            .count()
                    == 1;
            sensors.add(new FoundSensor(
                    folder,
                    chip,
                    alone && !word.isEmpty() ? word : each.name,
                    each.label.isEmpty() ? each.name : each.label,
                    each.kind.quantity(),
                    each.source));
        }
        return sensors;
    }
}
