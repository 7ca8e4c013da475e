// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A process to which signals are sent, held by a descriptor (pidfd): when it has ended, nobody else gets them, whoever has
 * its number by then. It belongs to whoever opened it. Thread safe; nothing blocks.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html">pidfd_send_signal(2)</a>
 */
@ProviderType
public interface SignalTarget extends AutoCloseable {

    /** Which process. */
    ProcessId process();

    /**
     * Sends a signal.
     *
     * @throws io.callgate.linux.ErrnoException ESRCH: it has ended; EPERM: its user is another one
     */
    void send(Signal signal) throws IOException;

    /**
     * Sends a signal with a value. Real-time signals are queued, up to the receiver's RLIMIT_SIGPENDING.
     *
     * @throws io.callgate.linux.ErrnoException ESRCH: it has ended; EPERM: its user is another one; EAGAIN: the queue is full
     */
    void queue(Signal signal, int value) throws IOException;

    /** False once it has ended. */
    boolean isAlive();

    @Override
    void close();
}
