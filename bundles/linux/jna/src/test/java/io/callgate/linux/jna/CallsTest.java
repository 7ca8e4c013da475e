// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Door.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.Fcntl;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.PreparedCall;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** System calls by number and by name, and functions of the C library. */
class CallsTest {

    private static final int PR_SET_NAME = 15;
    private static final int PR_GET_NAME = 16;

    private final Door door = new Door();

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void aSystemCallByNumber() throws IOException {
        JnaCalls calls = door.calls;
        long pid = ProcessHandle.current().pid();
        assertThat(calls.syscall(calls.number("getpid"))).isEqualTo(pid);
        assertThat(calls.syscall(calls.number("getpgid"), 0)).isEqualTo(calls.syscall(calls.number("getpgid"), pid));
        assertThat(calls.syscall(calls.number("fcntl"), 1, 1, 0)).isBetween(0L, 1L);
        refused(Errno.EBADF, "syscall " + calls.number("fcntl") + ": EBADF", () -> {
            calls.syscall(calls.number("fcntl"), -1, 1, 0);
        });
        refused(Errno.ENOSYS, "syscall 100000: ENOSYS (Function not implemented)", () -> calls.syscall(100_000));
        refused(Errno.ENOSYS, "syscall 100000", () -> calls.syscall(100_000, 1));
        refused(Errno.EINVAL, "syscall ", () -> calls.syscall(calls.number("prctl"), -1, 0, 0, 0));
        refused(Errno.EINVAL, "syscall ", () -> calls.syscall(calls.number("mmap"), 0, 0, 0, 0, 0, 0));
        assertThatThrownBy(() -> calls.number("no_such_call"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no system call no_such_call");
    }

    @Test
    void aPreparedCallIsMadeAgainAndAgainAndSaysItsErrorsAsNumbers() throws IOException {
        NativeBuffer buffer = door.number(5);
        try (Fd event = door.waiting.eventfd(0)) {
            PreparedCall write = door.calls
                    .prepare("write")
                    .argument(0, event)
                    .argument(1, buffer, 0, 8)
                    .argument(2, 8);
            PreparedCall read = door.calls
                    .prepare("read")
                    .argument(0, event)
                    .argument(1, buffer, 0, 8)
                    .argument(2, 8);
            assertThat(read.call()).isEqualTo(-Errno.EAGAIN.number());
            assertThat(write.call()).isEqualTo(8);
            assertThat(write.call()).isEqualTo(8);
            assertThat(read.call()).isEqualTo(8);
            assertThat(buffer.bytes().getLong(0)).isEqualTo(10);
            assertThat(read.argument(2, 4).call()).isEqualTo(-Errno.EINVAL.number());
            assertThatThrownBy(() -> read.argument(3, event)).hasMessageContaining("argument 0 is a descriptor");
            assertThatThrownBy(() -> read.argument(1, buffer, 1, 8)).isInstanceOf(IndexOutOfBoundsException.class);
            event.close();
            assertThatThrownBy(read::call).isInstanceOf(ClosedFdException.class);
        }
        PreparedCall prctl =
                door.calls.prepare("prctl").argument(0, PR_GET_NAME).argument(1, door.memory.allocate(16), 0, 16);
        assertThat(prctl.call()).isZero();
        assertThat(prctl.argument(4, 0).call()).isZero();
        assertThat(door.calls.prepare("getpgid").argument(0, -1).call()).isEqualTo(-Errno.ESRCH.number());
        assertThatThrownBy(() -> door.calls.prepare("no_such_call")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSystemCallByNameWithWhateverArguments() throws IOException {
        NativeBuffer name = door.memory.allocate(16);
        assertThat(name.text(0, name.put(0, "é €"))).isEqualTo("é €");
        door.calls.call("prctl", PR_SET_NAME, "callgate-test");
        assertThat(door.calls.call("prctl", PR_GET_NAME, name, null)).isZero();
        assertThat(name.text(0, 14)).isEqualTo("callgate-test\0");
        try (Fd event = door.waiting.eventfd(3)) {
            assertThat(door.calls.call("read", event, name, 8L)).isEqualTo(8);
            assertThat(name.bytes().getLong(0)).isEqualTo(3);
            refused(Errno.EAGAIN, "read: EAGAIN", () -> door.calls.call("read", event, name, 8L));
            event.close();
            assertThatThrownBy(() -> door.calls.call("read", event, name, 8L)).isInstanceOf(ClosedFdException.class);
        }
        refused(Errno.ENOENT, "chdir: ENOENT", () -> door.calls.call("chdir", "/nowhere"));
        assertThatThrownBy(() -> door.calls.call("getpid", 1, 2, 3, 4, 5, 6, 7))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFunctionOfTheLibrary() throws IOException {
        assertThat(door.calls.call("strlen", "callgate")).isEqualTo(8);
        assertThat(door.calls.call("labs", -5L)).isEqualTo(5);
        assertThat((int) door.calls.call("atoi", "-1"))
                .as("a value, not a failure")
                .isEqualTo(-1);
        refused(Errno.ENOENT, "mkfifo: ENOENT", () -> door.calls.call("mkfifo", "/nowhere/fifo", 0600));
        assertThatThrownBy(() -> door.calls.call("no_such_function"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no_such_function");
    }

    @Test
    void aDescriptorThatACallReturnsIsOwned() throws IOException {
        NativeBuffer value = door.number(0);
        try (Fd event = door.calls.callForFd("eventfd2", 5, 0);
                Fd memory = door.calls.callForFd("memfd_create", "callgate-test", 0)) {
            assertThat(event.subject()).isEqualTo("eventfd2");
            assertThat(door.files.read(event, value, 0, 8)).isEqualTo(8);
            assertThat(value.bytes().getLong(0)).isEqualTo(5);
            assertThat(door.files.write(memory, value, 0, 8)).isEqualTo(8);
            assertThat(door.files.fcntl(event, Fcntl.F_GETFD, 0)).isEqualTo(Fcntl.FD_CLOEXEC);
            assertThat(door.files.fcntl(memory, Fcntl.F_GETFD, 0)).isEqualTo(Fcntl.FD_CLOEXEC);
            int number;
            try (Fd.Use use = event.use()) {
                number = use.number();
            }
            event.close();
            refused(Errno.EBADF, "fcntl: EBADF", () -> door.calls.call("fcntl", number, 1));
        }
        refused(Errno.EINVAL, "eventfd2: EINVAL", () -> door.calls.callForFd("eventfd2", 0, -1));
    }

    @Test
    void anArgumentOfAnotherTypeIsRefusedAndNothingStaysHeld() throws IOException {
        Fd event = door.waiting.eventfd(0);
        assertThatThrownBy(() -> door.calls.call("getpid", event, 1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Double");
        int number;
        try (Fd.Use use = event.use()) {
            number = use.number();
        }
        event.close();
        refused(Errno.EBADF, "fcntl: EBADF", () -> door.calls.call("fcntl", number, 1));
    }
}
