// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;

/**
 * What becomes of a call that returned -1: the one place where errno is read, and where EINTR is decided.
 *
 * <p>JNA keeps errno per thread until the next native call through it, so these come first after the failure, as in
 * {@code do n = C.read(...) while (n < 0 && Failures.retry("read", file))}.
 */
final class Failures {

    private Failures() {}

    /** True to call again (EINTR), false if the call would have had to wait (EAGAIN). */
    static boolean retry(String call, CountedFd file) throws ErrnoException {
        int errno = Libc.errno();
        if (errno == Errno.EINTR.number()) {
            return true;
        }
        if (errno == Errno.EAGAIN.number()) {
            return false;
        }
        throw new ErrnoException(call, file.subject(), Errno.of(errno));
    }

    /** True to call again (EINTR); EAGAIN is a failure like any other. */
    static boolean interrupted(String call, String subject) throws ErrnoException {
        int errno = Libc.errno();
        if (errno == Errno.EINTR.number()) {
            return true;
        }
        throw new ErrnoException(call, subject, Errno.of(errno));
    }

    /** The failure, EINTR included. */
    static ErrnoException of(String call, String subject) {
        return new ErrnoException(call, subject, Errno.of(Libc.errno()));
    }
}
