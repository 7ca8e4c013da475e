// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.sysfs.Quantity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A sensor as it was found.
 *
 * @param folder of the device it was found in
 * @param chip what it sits in
 * @param part its label or channel, as the last part of its name
 * @param label what its driver calls it, otherwise its channel
 * @param source where its value is
 */
record FoundSensor(Path folder, Chip chip, String part, String label, Quantity quantity, Source source)
        implements Found {

    /**
     * Where a value is: {@code (what input says + what offset says) * what scale says}, in the kernel's unit.
     *
     * @param key the inode of input, to know it by: another device may have the same path one day
     * @param ratio from the kernel's unit to the quantity's
     */
    record Source(Path input, Object key, Optional<Path> offset, Optional<Path> scale, Ratio ratio) {}

    @Override
    public List<String> names() {
        return chip.names().stream().map(name -> name + "/" + part).toList();
    }
}
