// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

/** Which changes of an input's logical level are told. */
public enum EdgeDetection {
    /** None. */
    NONE,
    /** Inactive to active. */
    RISING,
    /** Active to inactive. */
    FALLING,
    /** Both. */
    BOTH
}
