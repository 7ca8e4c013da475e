// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

/** What holds a line that nobody drives. The character device sets it; the sysfs class interface cannot. */
public enum Bias {
    /** As the board or the bootloader left it. */
    AS_IS,
    /** Nothing: it floats. */
    DISABLED,
    /** A resistor to the supply. */
    PULL_UP,
    /** A resistor to ground. */
    PULL_DOWN
}
