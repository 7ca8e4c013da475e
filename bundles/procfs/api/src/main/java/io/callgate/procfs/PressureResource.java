// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.util.Locale;

/** What work can be short of. */
public enum PressureResource {
    /** Processor time. */
    CPU,
    /** Memory. */
    MEMORY,
    /** Disks. */
    IO;

    /** As the kernel writes it: cpu, memory, io. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
