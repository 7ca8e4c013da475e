// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.Architecture;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.PreparedCall;
import java.io.UncheckedIOException;

/**
 * Sleeping on a word of shared memory, and waking who sleeps there; not the PRIVATE kind, since the other side is another
 * process. Makes no garbage. For one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/futex.2.html">futex(2)</a>
 */
final class Futex {

    private static final int WAIT = 0;
    private static final int WAKE = 1;
    private static final int TIMESPEC_BYTES = 16; // of 64-bit systems, and of futex_time64
    private static final long NANOS = 1_000_000_000;

    private final PreparedCall wait;
    private final PreparedCall wake;
    private final NativeBuffer timeout;

    Futex(LinuxCalls calls, LinuxMemory memory, NativeBuffer word, int offset) {
        String call = Architecture.current() == Architecture.ARMHF ? "futex_time64" : "futex";
        this.timeout = memory.allocate(TIMESPEC_BYTES);
        this.wait = calls.prepare(call)
                .argument(0, word, offset, Integer.BYTES)
                .argument(1, WAIT)
                .argument(3, timeout, 0, TIMESPEC_BYTES);
        this.wake = calls.prepare(call)
                .argument(0, word, offset, Integer.BYTES)
                .argument(1, WAKE)
                .argument(2, 1);
    }

    /** Sleeps while the word has this value, at most that long; may return sooner for no reason. */
    void await(int value, long nanos) {
        timeout.bytes().putLong(0, nanos / NANOS).putLong(Long.BYTES, nanos % NANOS);
        call(wait.argument(2, value));
    }

    void wake() {
        call(wake);
    }

    /** EAGAIN, EINTR and ETIMEDOUT are what it is for, and EFAULT of memory that has gone is found out by others. */
    private static void call(PreparedCall prepared) {
        try {
            prepared.call();
        } catch (ClosedFdException e) {
            throw new UncheckedIOException(e); // there is no descriptor among its arguments
        }
    }
}
