// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All processors, since boot.
 *
 * @param total of all processors together
 * @param processors those that are online, in the order of their numbers
 * @param contextSwitches of the whole system
 * @param forks processes and threads created
 * @param running threads that run or could right now
 * @param blocked threads that wait for a disk right now
 * @param boot when the system was started, by the wall clock
 */
public record Cpu(
        CpuTime total,
        List<CpuTime> processors,
        long contextSwitches,
        long forks,
        int running,
        int blocked,
        Instant boot) {

    /** Takes a copy of the list. */
    public Cpu {
        processors = List.copyOf(processors);
    }

    /** One processor, if it is online. */
    public Optional<CpuTime> processor(int number) {
        return processors.stream().filter(each -> each.processor() == number).findFirst();
    }

    /** As {@link CpuTime#utilisationSince}, for all processors together. */
    public double utilisationSince(Cpu earlier) {
        return total.utilisationSince(earlier.total);
    }
}
