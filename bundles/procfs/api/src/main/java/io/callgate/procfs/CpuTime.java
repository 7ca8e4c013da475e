// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

/**
 * Where the time of one processor, or of all, went since boot. The kernel counts in steps of 10 ms.
 *
 * @param processor its number, {@link #ALL} for all together
 * @param userNanos programs, guests included
 * @param niceNanos programs of low priority, their guests included
 * @param systemNanos the kernel for programs
 * @param idleNanos nothing to do
 * @param ioWaitNanos nothing to do while a disk was waited for; a hint, may even decrease
 * @param irqNanos interrupts
 * @param softIrqNanos soft interrupts
 * @param stealNanos taken by the hypervisor for other machines
 * @param guestNanos virtual machines; a part of user
 * @param guestNiceNanos virtual machines of low priority; a part of nice
 */
public record CpuTime(
        int processor,
        long userNanos,
        long niceNanos,
        long systemNanos,
        long idleNanos,
        long ioWaitNanos,
        long irqNanos,
        long softIrqNanos,
        long stealNanos,
        long guestNanos,
        long guestNiceNanos) {

    /** The {@link #processor} of the sum of all. */
    public static final int ALL = -1;

    /** Time with something to do; what the hypervisor took is among it. */
    public long busyNanos() {
        return userNanos + niceNanos + systemNanos + irqNanos + softIrqNanos + stealNanos;
    }

    /** All time. */
    public long totalNanos() {
        return busyNanos() + idleNanos + ioWaitNanos;
    }

    /**
     * What part of the time since an earlier snapshot of the same processor was busy, from 0 to 1; 0 if no time has
     * passed between the two.
     *
     * @throws IllegalArgumentException if the other is of another processor
     */
    public double utilisationSince(CpuTime earlier) {
        if (earlier.processor != processor) {
            throw new IllegalArgumentException(
                    "processor " + processor + " cannot be compared with processor " + earlier.processor);
        }
        long busy = Math.max(0, busyNanos() - earlier.busyNanos());
        long idle = Math.max(0, idleNanos + ioWaitNanos - earlier.idleNanos - earlier.ioWaitNanos);
        return busy == 0 ? 0 : (double) busy / (busy + idle);
    }
}
