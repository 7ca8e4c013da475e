// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What sensors sit in.
 *
 * @param names it may have, the shortest first
 * @param device the kernel's name of the hardware
 */
record Chip(List<String> names, String device) {

    /** An I2C client: its adapter's number depends on the order of loading, its address does not. */
    private static final Pattern I2C = Pattern.compile("\\d+-([0-9a-f]{4})");

    /**
     * A chip with a driver's name on a bus.
     *
     * @param name as its driver says
     * @param device the kernel's name of the hardware below it; empty if there is none
     * @param counted the kernel's name of the class device, which is counted, for example hwmon3
     */
    static Chip of(String name, String device, String counted) {
        String chip = word(name.isEmpty() ? counted : name);
        if (device.isEmpty()) {
            return new Chip(List.of(chip, chip + "-" + counted), counted);
        }
        String whole = device.startsWith(chip) ? device : chip + "-" + device;
        Matcher i2c = I2C.matcher(device);
        String stable = i2c.matches() ? chip + "-" + i2c.group(1) : whole;
        return new Chip(List.of(stable, whole, whole + "-" + counted), device);
    }

    /** Something that is no chip but has a name of its own, which others may have as well. */
    static Chip named(String name, String counted) {
        String word = word(name.isEmpty() ? counted : name);
        return new Chip(List.of(word, word + "-" + counted), counted);
    }

    /** Text as a part of a name: what a shell, a filter or a path would take for something else becomes a hyphen. */
    static String word(String text) {
        return text.strip().replaceAll("[^\\p{L}\\p{N}_.+:-]+", "-").replaceAll("^-+|-+$", "");
    }
}
