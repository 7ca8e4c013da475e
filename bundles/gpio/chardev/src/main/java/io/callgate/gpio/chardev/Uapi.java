// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.linux.Ioctl;

/**
 * Numbers and layouts of the GPIO character device, uAPI v2: {@code <linux/gpio.h>} under its own names. Structures are
 * the same on every architecture, since the kernel aligns their 64-bit fields by hand.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/gpio/chardev.html">GPIO character device userspace API</a>
 */
final class Uapi {

    /** Bytes of a name, with the NUL at its end. */
    static final int NAME_SIZE = 32;

    static final int LINES_MAX = 64;
    static final int LINE_NUM_ATTRS_MAX = 10;

    /** Changes of lines that the kernel keeps for a descriptor (gpiolib-cdev.c); more are dropped without a word. */
    static final int LINE_INFO_CHANGES = 32;

    /** Edges that the kernel keeps for a request at most (gpiolib-cdev.c); the oldest are dropped. */
    static final int LINE_EVENTS_MAX = LINES_MAX * 16;

    private static final char TYPE = 0xb4;

    static final Ioctl GET_CHIPINFO = Ioctl.ior(TYPE, 0x01, ChipInfo.SIZE);
    static final Ioctl V2_GET_LINEINFO = Ioctl.iowr(TYPE, 0x05, LineInfo.SIZE);
    static final Ioctl V2_GET_LINEINFO_WATCH = Ioctl.iowr(TYPE, 0x06, LineInfo.SIZE);
    static final Ioctl V2_GET_LINE = Ioctl.iowr(TYPE, 0x07, LineRequest.SIZE);
    static final Ioctl GET_LINEINFO_UNWATCH = Ioctl.iowr(TYPE, 0x0c, Integer.BYTES);
    static final Ioctl V2_LINE_SET_CONFIG = Ioctl.iowr(TYPE, 0x0d, LineConfig.SIZE);
    static final Ioctl V2_LINE_GET_VALUES = Ioctl.iowr(TYPE, 0x0e, LineValues.SIZE);
    static final Ioctl V2_LINE_SET_VALUES = Ioctl.iowr(TYPE, 0x0f, LineValues.SIZE);

    static final int ATTR_ID_FLAGS = 1;
    static final int ATTR_ID_OUTPUT_VALUES = 2;
    static final int ATTR_ID_DEBOUNCE = 3;

    static final int CHANGED_REQUESTED = 1;
    static final int CHANGED_RELEASED = 2;
    static final int CHANGED_CONFIG = 3;

    static final int EVENT_RISING_EDGE = 1;
    static final int EVENT_FALLING_EDGE = 2;

    private Uapi() {}

    /** {@code enum gpio_v2_line_flag}. */
    static final class Flag {
        static final long USED = 1;
        static final long ACTIVE_LOW = 1 << 1;
        static final long INPUT = 1 << 2;
        static final long OUTPUT = 1 << 3;
        static final long EDGE_RISING = 1 << 4;
        static final long EDGE_FALLING = 1 << 5;
        static final long OPEN_DRAIN = 1 << 6;
        static final long OPEN_SOURCE = 1 << 7;
        static final long BIAS_PULL_UP = 1 << 8;
        static final long BIAS_PULL_DOWN = 1 << 9;
        static final long BIAS_DISABLED = 1 << 10;
        static final long EVENT_CLOCK_REALTIME = 1 << 11;
        static final long EVENT_CLOCK_HTE = 1 << 12;

        private Flag() {}
    }

    /** {@code struct gpiochip_info}. */
    static final class ChipInfo {
        static final int NAME = 0;
        static final int LABEL = 32;
        static final int LINES = 64;
        static final int SIZE = 68;

        private ChipInfo() {}
    }

    /** {@code struct gpio_v2_line_attribute}. */
    static final class LineAttribute {
        static final int ID = 0;
        static final int FLAGS = 8;
        static final int VALUES = 8;
        static final int DEBOUNCE_PERIOD_US = 8;
        static final int SIZE = 16;

        private LineAttribute() {}
    }

    /** {@code struct gpio_v2_line_config_attribute}. */
    static final class LineConfigAttribute {
        static final int ATTR = 0;
        static final int MASK = 16;
        static final int SIZE = 24;

        private LineConfigAttribute() {}
    }

    /** {@code struct gpio_v2_line_config}. */
    static final class LineConfig {
        static final int FLAGS = 0;
        static final int NUM_ATTRS = 8;
        static final int ATTRS = 32;
        static final int SIZE = 272;

        private LineConfig() {}
    }

    /** {@code struct gpio_v2_line_request}. */
    static final class LineRequest {
        static final int OFFSETS = 0;
        static final int CONSUMER = 256;
        static final int CONFIG = 288;
        static final int NUM_LINES = 560;
        static final int EVENT_BUFFER_SIZE = 564;
        static final int FD = 588;
        static final int SIZE = 592;

        private LineRequest() {}
    }

    /** {@code struct gpio_v2_line_values}. */
    static final class LineValues {
        static final int BITS = 0;
        static final int MASK = 8;
        static final int SIZE = 16;

        private LineValues() {}
    }

    /** {@code struct gpio_v2_line_info}. */
    static final class LineInfo {
        static final int NAME = 0;
        static final int CONSUMER = 32;
        static final int OFFSET = 64;
        static final int NUM_ATTRS = 68;
        static final int FLAGS = 72;
        static final int ATTRS = 80;
        static final int SIZE = 256;

        private LineInfo() {}
    }

    /** {@code struct gpio_v2_line_info_changed}. */
    static final class LineInfoChanged {
        static final int INFO = 0;
        static final int TIMESTAMP_NS = 256;
        static final int EVENT_TYPE = 264;
        static final int SIZE = 288;

        private LineInfoChanged() {}
    }

    /** {@code struct gpio_v2_line_event}. */
    static final class LineEvent {
        static final int TIMESTAMP_NS = 0;
        static final int ID = 8;
        static final int OFFSET = 12;
        static final int SEQNO = 16;
        static final int LINE_SEQNO = 20;
        static final int SIZE = 48;

        private LineEvent() {}
    }
}
