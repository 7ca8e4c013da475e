// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

/**
 * The number by which the kernel knows a device, whatever its node is called.
 *
 * @param kind which of the two tables of numbers
 * @param major of the driver
 * @param minor of the device
 * @see <a href="https://docs.kernel.org/admin-guide/devices.html">Linux allocated devices</a>
 */
public record DeviceNumber(Kind kind, int major, int minor) {

    /** The two kinds of device; their numbers have nothing to do with each other. */
    public enum Kind {
        /** A stream of bytes, or whatever its driver makes of it. */
        CHARACTER("char"),
        /** A medium of sectors. */
        BLOCK("block");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** {@code char} or {@code block}, as in /sys/dev. */
        public String word() {
            return word;
        }
    }

    /** {@code 7:0}, as in /sys/dev and mountinfo. */
    public String digits() {
        return major + ":" + minor;
    }

    /** For example {@code block 7:0}. */
    @Override
    public String toString() {
        return kind.word() + " " + digits();
    }
}
