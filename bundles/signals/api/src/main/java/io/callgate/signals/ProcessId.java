// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals;

/**
 * A process, told from any other that has its number later.
 *
 * @param pid its number
 * @param startTicks when it was started, in clock ticks since the boot: field 22 of /proc/PID/stat
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
public record ProcessId(long pid, long startTicks) {}
