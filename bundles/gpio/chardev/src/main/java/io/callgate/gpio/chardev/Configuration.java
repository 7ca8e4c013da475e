// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.UnsupportedSettingException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code struct gpio_v2_line_config}: the flags of most lines, and attributes for those that differ, of which the kernel
 * takes ten. Lines with the same difference share an attribute.
 */
record Configuration(long flags, List<Attribute> attributes) {

    /** One difference, and the lines that have it. */
    record Attribute(int id, long value, long mask) {}

    /**
     * How to ask for a setup.
     *
     * @param levels of the outputs
     * @param debounced lines that have a debounce now: the kernel leaves it to a driver unless it is told of the 0
     * @throws UnsupportedSettingException if that takes more than ten attributes
     */
    static Configuration of(Setup setup, long levels, long debounced) throws UnsupportedSettingException {
        Map<Long, Long> byFlags = new LinkedHashMap<>();
        Map<Long, Long> byDebounce = new LinkedHashMap<>();
        for (int i = 0; i < setup.lines().size(); i++) {
            Setup.Line line = setup.lines().get(i);
            long bit = 1L << i;
            byFlags.merge(line.flags(), bit, (some, more) -> some | more);
            boolean input = (line.flags() & Uapi.Flag.INPUT) != 0;
            if (line.debounceMicros() != 0 || input && (debounced & bit) != 0) {
                byDebounce.merge(line.debounceMicros(), bit, (some, more) -> some | more);
            }
        }
        long common = mostCommon(byFlags);
        byFlags.remove(common);
        List<Attribute> attributes = new ArrayList<>();
        byFlags.forEach((value, mask) -> attributes.add(new Attribute(Uapi.ATTR_ID_FLAGS, value, mask)));
        byDebounce.forEach((value, mask) -> attributes.add(new Attribute(Uapi.ATTR_ID_DEBOUNCE, value, mask)));
        if ((levels & setup.outputs()) != 0) {
            attributes.add(new Attribute(Uapi.ATTR_ID_OUTPUT_VALUES, levels & setup.outputs(), setup.outputs()));
        }
        if (attributes.size() > Uapi.LINE_NUM_ATTRS_MAX) {
            throw new UnsupportedSettingException("lines", tooMany(attributes.size()));
        }
        return new Configuration(common, attributes);
    }

    private static long mostCommon(Map<Long, Long> byFlags) {
        long common = 0;
        int most = 0;
        for (Map.Entry<Long, Long> entry : byFlags.entrySet()) {
            if (Long.bitCount(entry.getValue()) > most) {
                most = Long.bitCount(entry.getValue());
                common = entry.getKey();
            }
        }
        return common;
    }

    private static String tooMany(int attributes) {
        return "the lines of a request may differ in " + Uapi.LINE_NUM_ATTRS_MAX
                + " ways (flags, debounce times, first levels), these differ in " + attributes
                + ": split the group, or give more lines the same settings";
    }

    /** Writes it; what it does not write must be 0. */
    void put(ByteBuffer into, int at) {
        into.putLong(at + Uapi.LineConfig.FLAGS, flags);
        into.putInt(at + Uapi.LineConfig.NUM_ATTRS, attributes.size());
        int next = at + Uapi.LineConfig.ATTRS;
        for (Attribute attribute : attributes) {
            int attr = next + Uapi.LineConfigAttribute.ATTR;
            into.putInt(attr + Uapi.LineAttribute.ID, attribute.id);
            if (attribute.id == Uapi.ATTR_ID_DEBOUNCE) {
                into.putInt(attr + Uapi.LineAttribute.DEBOUNCE_PERIOD_US, (int) attribute.value);
            } else {
                into.putLong(attr + Uapi.LineAttribute.VALUES, attribute.value);
            }
            into.putLong(next + Uapi.LineConfigAttribute.MASK, attribute.mask);
            next += Uapi.LineConfigAttribute.SIZE;
        }
    }
}
