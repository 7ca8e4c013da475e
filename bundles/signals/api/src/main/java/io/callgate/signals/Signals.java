// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Signals to and from this process: one service. To hear signals register a {@link SignalListener}. Thread safe; nothing
 * blocks.
 */
@ProviderType
public interface Signals {

    /** Every signal there is, by number, and what it is used for in this process. */
    List<SignalState> list();

    /**
     * Which process has a number now.
     *
     * @throws io.callgate.linux.ErrnoException ESRCH if there is none
     */
    ProcessId process(long pid) throws IOException;

    /**
     * Holds a process, to send signals to it. The caller owns the result.
     *
     * @param process as {@link #process} said it earlier
     * @throws io.callgate.linux.ErrnoException ESRCH if it has ended, also if another process has its number
     */
    SignalTarget target(ProcessId process) throws IOException;

    /**
     * Sends a signal by kill(2): to a process, 0 to the gateway's own group, or, negative, to a group of processes. Who
     * keeps a number for later sends by {@link #target}.
     *
     * @throws io.callgate.linux.ErrnoException ESRCH, EPERM
     * @see <a href="https://man7.org/linux/man-pages/man2/kill.2.html">kill(2)</a>
     */
    void kill(long pid, Signal signal) throws IOException;

    /**
     * Sends a signal with a value to the process that has this number now, by rt_sigqueueinfo(2).
     *
     * @throws io.callgate.linux.ErrnoException ESRCH; EPERM; EAGAIN: more signals are queued than RLIMIT_SIGPENDING allows
     * @see <a href="https://man7.org/linux/man-pages/man3/sigqueue.3.html">sigqueue(3)</a>
     */
    void queue(long pid, Signal signal, int value) throws IOException;

    /**
     * A command for a child process, which inherits the blocked signals of the gateway: with what clears them before it.
     *
     * @param command and its arguments, as for {@link ProcessBuilder}
     */
    List<String> unblocked(List<String> command);
}
