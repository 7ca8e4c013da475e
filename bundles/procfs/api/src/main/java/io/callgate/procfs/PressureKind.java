// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.util.Locale;

/** How many were held up. */
public enum PressureKind {
    /** At least one task. */
    SOME,
    /** All tasks that had something to do: nothing got done. */
    FULL;

    /** As the kernel writes it: some, full. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
