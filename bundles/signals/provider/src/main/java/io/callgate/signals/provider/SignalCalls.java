// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.linux.Architecture;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.signals.Signal;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The system calls of signals, with the kernel's words. Thread safe. */
final class SignalCalls {

    /** struct signalfd_siginfo, the same on every architecture. */
    static final int SIGINFO = 128;

    private static final int SFD_NONBLOCK = 04000;
    private static final int SFD_CLOEXEC = 02000000;
    private static final int SIGSET = 8;
    private static final int SI_QUEUE = -1;
    private static final int SI_SIGNO = 0;
    private static final int SI_CODE = 8;

    private final LinuxCalls calls;
    private final LinuxMemory memory;
    private final LinuxFiles files;
    private final boolean wide;

    SignalCalls(LinuxCalls calls, LinuxMemory memory, LinuxFiles files, Architecture architecture) {
        this.calls = calls;
        this.memory = memory;
        this.files = files;
        this.wide = architecture != Architecture.ARMHF;
    }

    NativeBuffer allocate() {
        return memory.allocate(SIGINFO);
    }

    /** A descriptor from which a signal, which must be blocked, is read. */
    Fd signalfd(Signal signal) throws IOException {
        NativeBuffer set = memory.allocate(SIGSET);
        set.bytes().putLong(0, 1L << signal.number() - 1);
        return calls.callForFd("signalfd4", -1, set, SIGSET, SFD_NONBLOCK | SFD_CLOEXEC);
    }

    /** Takes the next signal from a descriptor; false if none is pending. */
    boolean read(Fd signalfd, NativeBuffer into) throws IOException {
        return files.read(signalfd, into, 0, SIGINFO) == SIGINFO;
    }

    void kill(long pid, Signal signal) throws IOException {
        try {
            calls.call("kill", Math.toIntExact(pid), signal.number());
        } catch (ErrnoException e) {
            throw new ErrnoException("kill", "process " + pid + " with " + signal, e.errno());
        }
    }

    void queue(long pid, Signal signal, int value) throws IOException {
        try {
            calls.call("rt_sigqueueinfo", Math.toIntExact(pid), signal.number(), siginfo(signal, value));
        } catch (ErrnoException e) {
            throw new ErrnoException("sigqueue", "process " + pid + " with " + signal, e.errno());
        }
    }

    Fd pidfd(long pid) throws IOException {
        try {
            return calls.callForFd("pidfd_open", Math.toIntExact(pid), 0);
        } catch (ErrnoException e) {
            throw new ErrnoException("pidfd_open", "process " + pid, e.errno());
        }
    }

    /** @param value null for a plain signal */
    void send(Fd pidfd, long pid, Signal signal, Integer value) throws IOException {
        try {
            NativeBuffer info = value == null ? null : siginfo(signal, value);
            calls.call("pidfd_send_signal", pidfd, signal.number(), info, 0);
        } catch (ErrnoException e) {
            throw new ErrnoException("pidfd_send_signal", "process " + pid + " with " + signal, e.errno());
        }
    }

    /** Looks whether a process is there. */
    void probe(Fd pidfd, long pid) throws IOException {
        try {
            calls.call("pidfd_send_signal", pidfd, 0, null, 0);
        } catch (ErrnoException e) {
            throw new ErrnoException("pidfd_send_signal", "process " + pid, e.errno());
        }
    }

    /** siginfo_t as sigqueue(3) fills it: who sends is for the sender to say. The value is an int, in a union of a word. */
    private NativeBuffer siginfo(Signal signal, int value) throws IOException {
        NativeBuffer info = memory.allocate(SIGINFO);
        ByteBuffer bytes = info.bytes();
        int fields = wide ? 16 : 12;
        bytes.putInt(SI_SIGNO, signal.number());
        bytes.putInt(SI_CODE, SI_QUEUE);
        bytes.putInt(fields, (int) calls.call("getpid"));
        bytes.putInt(fields + 4, (int) calls.call("getuid"));
        bytes.putInt(fields + 8, value);
        return info;
    }
}
