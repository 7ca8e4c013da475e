// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.IOException;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Waiting by hand, for threads that have nothing else to do; everything else belongs on the {@link EventLoop}.
 * Thread safe.
 */
@ProviderType
public interface LinuxWaiting {

    /**
     * Waits until a descriptor is ready. Ends within 100 ms when the descriptor is closed
     * ({@link ClosedFdException}) or the thread interrupted ({@link java.io.InterruptedIOException}).
     *
     * @param events bits of {@link Ready}
     * @return the bits that are ready, 0 after the timeout
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
     */
    int poll(Fd fd, int events, Duration timeout) throws IOException;

    /**
     * A counter that wakes: an 8-byte write adds to it, a read takes it.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</a>
     */
    Fd eventfd(int initial) throws IOException;

    /**
     * A timer on CLOCK_MONOTONIC, disarmed; a read gives the 8-byte number of expirations.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_create(2)</a>
     */
    Fd timerfd() throws IOException;

    /** Arms a timer of {@link #timerfd()}; a zero first delay disarms it, a zero interval makes it fire once. */
    void arm(Fd timer, Duration first, Duration interval) throws IOException;

    /** A new watcher of files and folders, owned by the caller. */
    Inotify inotify() throws IOException;
}
