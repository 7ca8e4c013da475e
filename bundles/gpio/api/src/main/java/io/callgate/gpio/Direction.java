// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

/** Who drives a line. */
public enum Direction {
    /** The outside; we read. */
    INPUT,
    /** We do. */
    OUTPUT
}
