// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.linux.Architecture;
import io.callgate.linux.Errno;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.Ready;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pending signals of a fake process, of which USR1 and the real-time signals 34 to 40 are blocked. */
final class FakeSignals {

    /** A signal that waits. */
    record Pending(int code, int pid, int value) {}

    final FakeLinux kernel = new FakeLinux();
    final Map<Integer, Deque<Pending>> pending = new HashMap<>();
    final List<String> sent = new ArrayList<>();
    final Path proc;
    boolean tooManyFiles;

    FakeSignals(Path folder) throws IOException {
        proc = folder;
        status("1", "000000fe00000200");
        kernel.onCallForFd("signalfd4", arguments -> {
            if (tooManyFiles) {
                throw FakeFile.refuse(Errno.EMFILE);
            }
            return new Descriptor(signal((NativeBuffer) arguments[1]));
        });
        kernel.onCallForFd("pidfd_open", arguments -> {
            if (!Files.exists(proc.resolve(arguments[0].toString()))) {
                throw FakeFile.refuse(Errno.ESRCH);
            }
            return new FakeFile() {};
        });
        kernel.onCall("getpid", arguments -> 4711).onCall("getuid", arguments -> 1000);
        kernel.onCall("pidfd_send_signal", arguments -> {
            sent.add(arguments[1] + shown((NativeBuffer) arguments[2]));
            return 0;
        });
    }

    /** One of the threads. */
    void status(String thread, String blocked) throws IOException {
        Path task = Files.createDirectories(proc.resolve("self/task").resolve(thread));
        Files.writeString(task.resolve("status"), "Name:\tjava\nSigBlk:\t" + blocked + "\nSigIgn:\t0\n");
    }

    /** Another process. */
    void process(long pid, long start) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(Long.toString(pid)));
        Files.writeString(
                folder.resolve("stat"),
                pid + " (a (strange) name) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 " + start + " 20\n");
    }

    SignalCalls calls() {
        return new SignalCalls(kernel, kernel, kernel, Architecture.X86_64);
    }

    /** Somebody sends: a standard signal that waits already stays one. */
    void send(int signal, int code, int pid, int value) {
        Deque<Pending> waiting = pending.computeIfAbsent(signal, each -> new ArrayDeque<>());
        if (signal >= 34 || waiting.isEmpty()) {
            waiting.add(new Pending(code, pid, value));
        }
        kernel.turn();
    }

    private static int signal(NativeBuffer set) {
        return Long.numberOfTrailingZeros(set.bytes().getLong(0)) + 1;
    }

    private static String shown(NativeBuffer info) {
        if (info == null) {
            return "";
        }
        ByteBuffer bytes = info.bytes();
        return " code " + bytes.getInt(8) + " pid " + bytes.getInt(16) + " uid " + bytes.getInt(20) + " value "
                + bytes.getInt(24);
    }

    private final class Descriptor implements FakeFile {

        private final int signal;

        Descriptor(int signal) {
            this.signal = signal;
        }

        private Deque<Pending> waiting() {
            return pending.getOrDefault(signal, new ArrayDeque<>());
        }

        @Override
        public int ready() {
            return waiting().isEmpty() ? 0 : Ready.IN;
        }

        @Override
        public int read(ByteBuffer into, long position) {
            Pending next = waiting().poll();
            if (next == null) {
                return LinuxFiles.WOULD_BLOCK;
            }
            ByteBuffer info = ByteBuffer.allocate(SignalCalls.SIGINFO).order(ByteOrder.nativeOrder());
            info.putInt(Siginfo.SIGNO, signal).putInt(Siginfo.CODE, next.code).putInt(Siginfo.PID, next.pid);
            info.putInt(Siginfo.UID, 0).putInt(Siginfo.INT, next.value);
            into.put(info);
            return SignalCalls.SIGINFO;
        }
    }
}
