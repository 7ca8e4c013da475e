// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.ErrnoException;
import io.callgate.linux.LinuxCalls;
import java.io.IOException;

/**
 * A memory barrier in all processes that have registered for it: a consumer that is about to sleep pays for it, so that a
 * producer need not after every message. A producer writes the record, then looks whether the consumer sleeps; without a
 * barrier between the two a processor may do the second first.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/membarrier.2.html">membarrier(2)</a>
 */
final class Barrier {

    private static final int GLOBAL_EXPEDITED = 1 << 1;
    private static final int REGISTER_GLOBAL_EXPEDITED = 1 << 2;

    private final LinuxCalls calls;
    private final int number;
    private final boolean available;

    Barrier(LinuxCalls calls) {
        this.calls = calls;
        this.number = calls.number("membarrier");
        this.available = register();
    }

    private boolean register() {
        try {
            calls.syscall(number, REGISTER_GLOBAL_EXPEDITED, 0, 0);
            return true;
        } catch (ErrnoException e) {
            return false; // ENOSYS or EINVAL: a kernel before 4.16, or a sandbox
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Without it a consumer must not sleep long, since a wake-up may be missed. */
    boolean isAvailable() {
        return available;
    }

    void everywhere() throws IOException {
        if (available) {
            calls.syscall(number, GLOBAL_EXPEDITED, 0, 0);
        }
    }
}
