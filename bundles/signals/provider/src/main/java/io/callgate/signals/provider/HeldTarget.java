// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.signals.ProcessId;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalTarget;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A process held by its descriptor. */
final class HeldTarget implements SignalTarget {

    private final ProcessId process;
    private final Fd pidfd;
    private final SignalCalls calls;

    HeldTarget(ProcessId process, Fd pidfd, SignalCalls calls) {
        this.process = process;
        this.pidfd = pidfd;
        this.calls = calls;
    }

    @Override
    public ProcessId process() {
        return process;
    }

    @Override
    public void send(Signal signal) throws IOException {
        calls.send(pidfd, process.pid(), signal, null);
    }

    @Override
    public void queue(Signal signal, int value) throws IOException {
        calls.send(pidfd, process.pid(), signal, value);
    }

    /** Signal 0 is none: the kernel only looks. One that may not be sent is alive. */
    @Override
    public boolean isAlive() {
        try {
            calls.probe(pidfd, process.pid());
            return true;
        } catch (ErrnoException e) {
            return !e.is(Errno.ESRCH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        pidfd.close();
    }
}
