// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.IOException;

/**
 * The kernel said no: which call, on what, and its errno by name, as in
 * {@code open /dev/watchdog0: EBUSY (Device or resource busy)}.
 */
public class ErrnoException extends IOException {

    private final String call;
    private final String subject;
    private final Errno errno;

    /**
     * @param call the system call or libc function
     * @param subject what it was called on; may be empty
     * @param errno what the kernel answered
     */
    public ErrnoException(String call, String subject, Errno errno) {
        super(call + (subject.isEmpty() ? "" : " " + subject) + ": " + errno.name() + " (" + errno.text() + ")");
        this.call = call;
        this.subject = subject;
        this.errno = errno;
    }

    /** The system call or libc function that failed. */
    public String call() {
        return call;
    }

    /** What it was called on: a path, a socket's family, or empty. */
    public String subject() {
        return subject;
    }

    /** What the kernel answered. */
    public Errno errno() {
        return errno;
    }

    /** True if the kernel answered one of these. */
    public boolean is(Errno... candidates) {
        for (Errno candidate : candidates) {
            if (candidate == errno) {
                return true;
            }
        }
        return false;
    }
}
