// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.platform.Table;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalState;
import io.callgate.signals.SignalTarget;
import io.callgate.signals.Signals;
import java.io.IOException;
import java.util.Locale;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Signals in the shell. */
@Component(
        service = SignalCommands.class,
        property = {"osgi.command.scope=signals", "osgi.command.function=list", "osgi.command.function=send"})
public final class SignalCommands {

    private final Signals signals;

    /** @param signals knows and sends them */
    @Activate
    public SignalCommands(@Reference Signals signals) {
        this.signals = signals;
    }

    /** All of them. */
    @Descriptor("shows every signal: whether it can be heard, or who needs it, who listens, how often it was heard")
    public String list() {
        Table table = new Table("NUMBER", "SIGNAL", "USE", "HEARD", "LISTENERS", "REASON");
        for (SignalState state : signals.list()) {
            table.row(
                    state.signal().number(),
                    state.signal().name(),
                    state.use().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    state.heard(),
                    String.join(",", state.listeners()),
                    state.reason());
        }
        return table.toString();
    }

    /** A plain one. */
    @Descriptor("sends a signal to a process")
    public void send(
            @Descriptor("number of the process") long pid, @Descriptor("for example USR1 or RTMIN+3") String signal)
            throws IOException {
        Signal which = Signal.parse(signal);
        try (SignalTarget target = signals.target(signals.process(pid))) {
            target.send(which);
        } catch (ErrnoException e) {
            throw said(e, pid);
        }
    }

    /** One with a value. */
    @Descriptor("sends a signal with a value to a process, as sigqueue(3) does")
    public void send(
            @Descriptor("number of the process") long pid,
            @Descriptor("for example USR1 or RTMIN+3") String signal,
            @Descriptor("value that goes with it") int value)
            throws IOException {
        Signal which = Signal.parse(signal);
        try (SignalTarget target = signals.target(signals.process(pid))) {
            target.queue(which, value);
        } catch (ErrnoException e) {
            throw said(e, pid);
        }
    }

    private static IOException said(ErrnoException e, long pid) {
        if (e.is(Errno.ESRCH)) {
            return new IOException("there is no process " + pid, e);
        }
        if (e.is(Errno.EPERM)) {
            return new IOException(
                    "process " + pid + " is another user's: run the gateway as that user, or with CAP_KILL", e);
        }
        if (e.is(Errno.EAGAIN)) {
            return new IOException(
                    "process " + pid + " does not keep up: as many signals are queued as its user's RLIMIT_SIGPENDING"
                            + " allows (ulimit -i)",
                    e);
        }
        if (e.is(Errno.ENOSYS)) {
            return new IOException(
                    "this kernel has no " + e.call() + ", so that nothing is sent: Linux 5.3 or later is needed", e);
        }
        return e;
    }
}
