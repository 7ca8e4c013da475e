// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.signals.Cause;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalEvent;
import io.callgate.signals.SignalEvent.Merging;
import io.callgate.signals.SignalEvent.Sender;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads struct signalfd_siginfo.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
 */
final class Siginfo {

    static final int SIGNO = 0;
    static final int CODE = 8;
    static final int PID = 12;
    static final int UID = 16;
    static final int FD = 20;
    static final int OVERRUN = 32;
    static final int INT = 44;

    private static final int SI_USER = 0;
    private static final int SI_QUEUE = -1;
    private static final int SI_TIMER = -2;
    private static final int SI_MESGQ = -3;
    private static final int SI_ASYNCIO = -4;
    private static final int SI_SIGIO = -5;
    private static final int SI_TKILL = -6;
    private static final int SIGIO = 29;
    private static final int POLL_IN = 1;
    private static final int POLL_HUP = 6;

    private Siginfo() {}

    static SignalEvent event(ByteBuffer info) {
        Signal signal = new Signal(info.getInt(SIGNO));
        Cause cause = cause(info.getInt(CODE), signal);
        boolean carries = cause == Cause.QUEUE || cause == Cause.TIMER || cause == Cause.MESSAGE_QUEUE;
        return new SignalEvent(
                signal,
                cause,
                sender(cause, info),
                carries ? OptionalInt.of(info.getInt(INT)) : OptionalInt.empty(),
                cause == Cause.IO ? OptionalInt.of(info.getInt(FD)) : OptionalInt.empty(),
                cause == Cause.TIMER ? info.getInt(OVERRUN) : 0,
                merging(signal),
                0);
    }

    /** All that is known if the Java runtime has heard it. */
    static SignalEvent numberOnly(Signal signal) {
        return new SignalEvent(
                signal,
                Cause.UNKNOWN,
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                0,
                merging(signal),
                0);
    }

    private static Merging merging(Signal signal) {
        return signal.isRealTime() ? Merging.NEVER : Merging.POSSIBLE;
    }

    private static Optional<Sender> sender(Cause cause, ByteBuffer info) {
        return switch (cause) {
            case KILL, QUEUE, THREAD, MESSAGE_QUEUE ->
                Optional.of(
                        new Sender(Integer.toUnsignedLong(info.getInt(PID)), Integer.toUnsignedLong(info.getInt(UID))));
            default -> Optional.empty();
        };
    }

    /** What F_SETSIG has asked for comes with POLL_IN to POLL_HUP in the place of a code, on whatever signal it chose. */
    private static Cause cause(int code, Signal signal) {
        return switch (code) {
            case SI_USER -> Cause.KILL;
            case SI_QUEUE -> Cause.QUEUE;
            case SI_TIMER -> Cause.TIMER;
            case SI_MESGQ -> Cause.MESSAGE_QUEUE;
            case SI_ASYNCIO, SI_SIGIO -> Cause.IO;
            case SI_TKILL -> Cause.THREAD;
            default -> {
                boolean io = (signal.isRealTime() || signal.number() == SIGIO) && code >= POLL_IN && code <= POLL_HUP;
                yield io ? Cause.IO : Cause.KERNEL;
            }
        };
    }
}
