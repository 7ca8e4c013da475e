// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Libc.C;

import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fcntl;
import io.callgate.linux.Fd;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * Turns what the kernel gives out into owned objects; inside this bundle only. It stays while the bundle does, whoever
 * uses it, because what it looks after outlives its users.
 */
@Component(service = Descriptors.class, immediate = true)
public final class Descriptors {

    private final Reaper reaper;

    @Activate
    public Descriptors(@Reference(service = LoggerFactory.class) Logger log) {
        this.reaper = new Reaper(log);
    }

    /** An owned descriptor; the number must be new. */
    Fd own(int number, String subject) {
        return new CountedFd(number, subject, reaper);
    }

    /** As {@link #own}, for calls that cannot be asked to close it on exec. */
    Fd ownClosedOnExec(int number, String subject) throws ErrnoException {
        Fd fd = own(number, subject);
        if (C.fcntl(number, Fcntl.F_SETFD, Fcntl.FD_CLOEXEC) < 0) {
            ErrnoException failure = Failures.of("fcntl", subject);
            fd.close();
            throw failure;
        }
        return fd;
    }

    Reaper reaper() {
        return reaper;
    }

    @Deactivate
    void close() {
        reaper.close();
    }
}
