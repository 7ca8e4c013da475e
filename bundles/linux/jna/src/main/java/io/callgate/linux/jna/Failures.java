// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;

/**
 * What becomes of a call that failed: where EINTR is decided.
 *
 * <p>{@link Kernel}'s calls return the error number, as in
 * {@code do n = K.read(...) while (n < 0 && Failures.retry("read", file, n))}. After those of {@link Libc}, which return
 * -1, it is errno, which JNA keeps per thread until the next native call through it: so these come first after the failure.
 */
final class Failures {

    private Failures() {}

    /** True to call again (EINTR), false if the call would have had to wait (EAGAIN). */
    static boolean retry(String call, CountedFd file, long result) throws ErrnoException {
        if (result == -Errno.EAGAIN.number()) {
            return false;
        }
        return interrupted(call, file.subject(), result);
    }

    /** True to call again (EINTR); EAGAIN is a failure like any other. */
    static boolean interrupted(String call, String subject, long result) throws ErrnoException {
        if (result == -Errno.EINTR.number()) {
            return true;
        }
        throw of(call, subject, result);
    }

    /** As the other, of a call that returned -1. */
    static boolean interrupted(String call, String subject) throws ErrnoException {
        return interrupted(call, subject, -Libc.errno());
    }

    /** The failure, EINTR included. */
    static ErrnoException of(String call, String subject, long result) {
        return new ErrnoException(call, subject, Errno.of((int) -result));
    }

    /** As the other, of a call that returned -1. */
    static ErrnoException of(String call, String subject) {
        return of(call, subject, -Libc.errno());
    }
}
