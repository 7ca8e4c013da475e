// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A device as the kernel announces it: an immutable snapshot.
 *
 * @param subsystem as in {@code SUBSYSTEM=}, for example net, gpio, hwmon
 * @param name the kernel's name, the last part of its path
 * @param sysPath its folder below /sys/devices, links resolved
 * @param node its device node, if it has one
 * @param properties its uevent's variables
 */
public record KernelDevice(
        String subsystem, String name, Path sysPath, Optional<Path> node, Map<String, String> properties) {

    /** Takes a copy of the properties. */
    public KernelDevice {
        properties = Map.copyOf(properties);
    }
}
