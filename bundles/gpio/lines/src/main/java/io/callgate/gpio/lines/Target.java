// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import java.util.List;

/**
 * Lines that a configuration was found to mean.
 *
 * @param offsets in the configuration's order
 */
record Target(KnownChip on, List<Integer> offsets) {

    /** True if these are the same lines of the same chip, by whatever backend. */
    boolean isSameLines(Target other) {
        return on.name().equals(other.on.name()) && offsets.equals(other.offsets);
    }
}
