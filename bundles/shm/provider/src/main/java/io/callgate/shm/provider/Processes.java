// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Who a process is, for good: its pid, and its start time in the kernel's ticks since boot, in one word (22 bits of pid,
 * as many as the kernel has, below 42 bits of time), so that a pid that was given again is not taken for it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
class Processes {

    /** Nobody. */
    static final long NOBODY = 0;
    /** A producer of a living process that has left, with its claim open. */
    static final long LEFT = 1L << 22;

    private static final int PID_BITS = 22;
    private static final int STATE_FIELD = 0; // of those after the name in parentheses
    private static final int START_FIELD = 19;

    private final Path proc;
    private final long self;

    /** @param proc /proc */
    Processes(Path proc) throws IOException {
        this.proc = proc;
        this.self = identity(ProcessHandle.current().pid());
    }

    long self() {
        return self;
    }

    static long pid(long identity) {
        return identity & (1L << PID_BITS) - 1;
    }

    /** A zombie counts as dead: it does nothing any more. */
    boolean isAlive(long identity) {
        if (identity == self) {
            return true;
        }
        try {
            return pid(identity) != 0 && identity == identity(pid(identity));
        } catch (IOException e) {
            return true; // there, but not for us to look at (hidepid): not known to be dead
        }
    }

    /** {@link #NOBODY} if there is no such process. */
    long identity(long pid) throws IOException {
        String stat;
        try {
            stat = new String(
                    Files.readAllBytes(proc.resolve(Long.toString(pid)).resolve("stat")), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return NOBODY;
        } catch (IOException e) {
            if (Files.notExists(proc.resolve(Long.toString(pid)))) {
                return NOBODY; // it ended while we read: ESRCH
            }
            throw e;
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        boolean ended = fields[STATE_FIELD].equals("Z") || fields[STATE_FIELD].equals("X");
        return ended ? NOBODY : Long.parseLong(fields[START_FIELD]) << PID_BITS | pid;
    }
}
