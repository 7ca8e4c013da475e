// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

/**
 * Tasks that run, want to run, or wait for a disk, averaged; tasks and threads right now.
 *
 * @param oneMinute exponentially damped average over 1 minute; 1.0 is one task all the time
 * @param fiveMinutes over 5 minutes
 * @param fifteenMinutes over 15 minutes
 * @param runnable threads that run or could right now
 * @param threads all threads of the system
 * @param lastPid the process number given last
 */
public record LoadAverage(
        double oneMinute, double fiveMinutes, double fifteenMinutes, int runnable, int threads, int lastPid) {}
