// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.LineInfo;
import java.nio.ByteBuffer;

/** Reads {@code struct gpio_v2_line_info}. */
final class LineInfos {

    private LineInfos() {}

    /** The line at an offset of the buffer. */
    static LineInfo get(ByteBuffer from, int at, String chip) {
        long flags = from.getLong(at + Uapi.LineInfo.FLAGS);
        return new LineInfo(
                chip,
                from.getInt(at + Uapi.LineInfo.OFFSET),
                Texts.get(from, at + Uapi.LineInfo.NAME),
                (flags & Uapi.Flag.USED) != 0,
                Texts.get(from, at + Uapi.LineInfo.CONSUMER),
                LineFlags.settings(flags, debounceMicros(from, at)));
    }

    private static long debounceMicros(ByteBuffer from, int at) {
        int count = Math.min(from.getInt(at + Uapi.LineInfo.NUM_ATTRS), Uapi.LINE_NUM_ATTRS_MAX);
        for (int i = 0; i < count; i++) {
            int attribute = at + Uapi.LineInfo.ATTRS + i * Uapi.LineAttribute.SIZE;
            if (from.getInt(attribute + Uapi.LineAttribute.ID) == Uapi.ATTR_ID_DEBOUNCE) {
                return Integer.toUnsignedLong(from.getInt(attribute + Uapi.LineAttribute.DEBOUNCE_PERIOD_US));
            }
        }
        return 0;
    }
}
