// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.time.Duration;

/**
 * The gateway's own process.
 *
 * @param pid its process number
 * @param threads its threads, the virtual machine's own included
 * @param descriptors its open descriptors
 * @param residentBytes its memory that is in RAM
 * @param peakResidentBytes the most that ever was
 * @param virtualBytes its address space
 * @param swappedBytes its memory that is in swap
 * @param userTime its programs' processor time, all threads together
 * @param systemTime the kernel's processor time for it, all threads together
 * @param minorFaults page faults that needed no disk
 * @param majorFaults page faults that did
 * @param voluntarySwitches times its threads gave up the processor by themselves, to wait; all threads together
 * @param involuntarySwitches times the processor was taken from them
 * @param startedAfterBoot when it was started
 */
public record Self(
        long pid,
        int threads,
        int descriptors,
        long residentBytes,
        long peakResidentBytes,
        long virtualBytes,
        long swappedBytes,
        Duration userTime,
        Duration systemTime,
        long minorFaults,
        long majorFaults,
        long voluntarySwitches,
        long involuntarySwitches,
        Duration startedAfterBoot) {}
