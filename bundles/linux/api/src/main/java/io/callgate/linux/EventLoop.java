// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.IOException;
import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one thread that waits for every descriptor and every timer of every mechanism, by epoll.
 *
 * <p>Handlers run on it, one after the other, and must not block: read what is there and hand it on. A handler that
 * throws is logged and stays registered. What a bundle registered is closed when that bundle stops. Thread safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>
 */
@ProviderType
public interface EventLoop {

    /** Called on the loop's thread while the descriptor is ready (level-triggered). */
    @ConsumerType
    @FunctionalInterface
    interface ReadyHandler {

        /** @param ready bits of {@link Ready} */
        void ready(int ready) throws IOException;
    }

    /** Called on the loop's thread when a timer has expired. */
    @ConsumerType
    @FunctionalInterface
    interface TimerHandler {

        /** @param expirations since the last call; more than 1 if the loop was late */
        void expired(long expirations) throws IOException;
    }

    /** Something the loop looks after, until it is closed. */
    @ProviderType
    interface Registration extends AutoCloseable {

        /** Ends it. When this returns the handler is not running and never will, unless the handler itself calls. */
        @Override
        void close();
    }

    /**
     * Calls a handler while a descriptor is ready. The descriptor stays the caller's; closing it ends the registration.
     *
     * @param events bits of {@link Ready}
     * @throws ErrnoException EPERM if the file cannot be waited for, EEXIST if it is being watched already
     */
    Registration watch(Fd fd, int events, ReadyHandler handler) throws IOException;

    /**
     * Calls a handler after a delay, and then at an interval, on CLOCK_MONOTONIC.
     *
     * @param first delay until the first call; zero is the next turn of the loop
     * @param interval between calls; zero for a single one
     */
    Registration timer(Duration first, Duration interval, TimerHandler handler) throws IOException;

    /**
     * Runs something on the loop's thread, in the order in which one thread hands it over, behind the descriptors that
     * are ready now. The queue has no bound: do not feed it faster than the tasks run. What a task throws is logged, as
     * of a handler; tasks of a bundle that has stopped meanwhile are dropped.
     *
     * @throws IllegalStateException if the bundle has stopped
     */
    void execute(Runnable task);

    /** True on the loop's own thread. */
    boolean isLoopThread();
}
