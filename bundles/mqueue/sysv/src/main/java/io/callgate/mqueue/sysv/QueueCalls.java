// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.mqueue.Transfer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * The system calls of System V queues, with the kernel's words. Thread safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/msgget.2.html">msgget(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/msgctl.2.html">msgctl(2)</a>
 */
final class QueueCalls {

    /** A queue as the kernel has it. */
    record State(
            long messages, long bytes, long maxBytes, Optional<Transfer> lastSent, Optional<Transfer> lastReceived) {}

    private final LinuxCalls calls;
    private final LinuxMemory memory;
    private final Abi abi;

    QueueCalls(LinuxCalls calls, LinuxMemory memory, Abi abi) {
        this.calls = calls;
        this.memory = memory;
        this.abi = abi;
    }

    Abi abi() {
        return abi;
    }

    /** The id of a queue. */
    int get(int key, int flags) throws IOException {
        return Math.toIntExact(calls.call("msgget", key, flags));
    }

    void remove(int id) throws IOException {
        calls.call("msgctl", id, Abi.IPC_RMID | abi.ipc64(), null);
    }

    State state(int id) throws IOException {
        ByteBuffer bytes = read(id).bytes();
        return new State(
                word(bytes, abi.qnum()),
                word(bytes, abi.cbytes()),
                word(bytes, abi.qbytes()),
                transfer(bytes.getInt(abi.lspid()), word(bytes, abi.stime())),
                transfer(bytes.getInt(abi.lrpid()), word(bytes, abi.rtime())));
    }

    static Optional<Transfer> transfer(long pid, long seconds) {
        return seconds == 0 ? Optional.empty() : Optional.of(new Transfer(pid, Instant.ofEpochSecond(seconds)));
    }

    /** How many bytes it takes; owner and mode stay as they are. */
    void maxBytes(int id, long bytes) throws IOException {
        NativeBuffer state = read(id);
        if (abi.wordBytes() == Long.BYTES) {
            state.bytes().putLong(abi.qbytes(), bytes);
        } else {
            state.bytes().putInt(abi.qbytes(), (int) bytes);
        }
        calls.call("msgctl", id, Abi.IPC_SET | abi.ipc64(), state);
    }

    private NativeBuffer read(int id) throws IOException {
        NativeBuffer state = memory.allocate(abi.size());
        calls.call("msgctl", id, Abi.IPC_STAT | abi.ipc64(), state);
        return state;
    }

    private long word(ByteBuffer bytes, int offset) {
        return abi.wordBytes() == Long.BYTES ? bytes.getLong(offset) : Integer.toUnsignedLong(bytes.getInt(offset));
    }

    /** The caller's own number among the kernel's threads. */
    long threadId() throws IOException {
        return calls.call("gettid");
    }

    /** Sends a signal to a thread of this process. */
    void signal(long thread, int signal) throws IOException {
        calls.call("tgkill", ProcessHandle.current().pid(), thread, signal);
    }

    /** A buffer with the calls that use it. */
    SysvBuffer buffer(SysvQueue queue, int capacity) {
        return new SysvBuffer(
                queue,
                memory.allocate(SysvBuffer.PAYLOAD + capacity),
                capacity,
                abi,
                calls.prepare("msgsnd"),
                calls.prepare("msgrcv"));
    }
}
