// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.PreparedCall;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The calls of every day make no garbage at all, counted by the Java runtime itself. */
class AllocationTest {

    private static final int CALLS = 100_000;
    private static final int WARM_UP = 20_000;
    private static final Ioctl FIONREAD = new Ioctl(0x541b);
    private static final Ioctl FIONBIO = new Ioctl(0x5421);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Door door = new Door();
    private final NativeBuffer buffer = door.memory.allocate(64);

    @AfterEach
    void close() {
        door.close();
    }

    @FunctionalInterface
    private interface Call {
        void call() throws IOException;
    }

    /**
     * Bytes allocated by this thread for all the calls together. What the runtime's own compiler leaves behind once is
     * not garbage of the calls, so the best of three counts; one object in 100,000 calls would be in each.
     */
    private static long allocated(Call call) throws IOException {
        repeat(call, WARM_UP);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3 && least > 0; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            repeat(call, CALLS);
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static void repeat(Call call, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            call.call();
        }
    }

    @Test
    void theCounterSeesTheSmallestObject() throws IOException {
        Object[] last = {null};
        assertThat(allocated(() -> last[0] = new Object())).isGreaterThanOrEqualTo(16L * CALLS);
    }

    @Test
    void readAndWriteMakeNone() throws IOException {
        try (Fd zero = door.files.open(Path.of("/dev/zero"), OpenFlag.RDWR);
                Door.Pipe pipe = door.pipe()) {
            assertThat(allocated(() -> door.files.read(zero, buffer, 0, 64))).isZero();
            assertThat(allocated(() -> door.files.write(zero, buffer, 0, 64))).isZero();
            assertThat(allocated(() -> door.files.pread(zero, buffer, 0, 64, 8)))
                    .isZero();
            assertThat(allocated(() -> door.files.pwrite(zero, buffer, 0, 64, 8)))
                    .isZero();
            assertThat(allocated(() -> door.files.read(pipe.reader(), buffer, 0, 64)))
                    .as("would block")
                    .isZero();
        }
    }

    @Test
    void ioctlMakesNone() throws IOException {
        try (Door.Pipe pipe = door.pipe()) {
            assertThat(allocated(() -> door.files.ioctl(pipe.reader(), FIONREAD, buffer, 8)))
                    .isZero();
        }
        try (Fd random = door.files.open(Path.of("/dev/urandom"))) {
            Ioctl count = Ioctl.ior('R', 0, Integer.BYTES);
            assertThat(allocated(() -> door.files.ioctl(random, count, buffer, 0)))
                    .isZero();
        }
        try (Fd loop = door.files.open(Path.of("/dev/ptmx"), OpenFlag.RDWR)) {
            Ioctl flush = new Ioctl(0x540b); // TCFLSH, whose argument is a number
            assertThat(allocated(() -> door.files.ioctl(loop, flush, 2))).isZero();
        }
        try (Fd event = door.waiting.eventfd(0)) {
            assertThat(allocated(() -> door.files.fcntl(event, 3, 0))).isZero();
            assertThat(allocated(() -> door.files.ioctl(event, FIONBIO, buffer, 0)))
                    .isZero();
        }
    }

    @Test
    void systemCallsMakeNone() throws IOException {
        int getppid = door.calls.number("getppid");
        int getpriority = door.calls.number("getpriority");
        int prctl = door.calls.number("prctl");
        assertThat(allocated(() -> door.calls.syscall(getppid))).isZero();
        assertThat(allocated(() -> door.calls.syscall(prctl, 3))).isZero();
        assertThat(allocated(() -> door.calls.syscall(getpriority, 0, 0, 0))).isZero();
        assertThat(allocated(() -> door.calls.syscall(prctl, 3, 0, 0, 0))).isZero();
        assertThat(allocated(() -> door.calls.syscall(prctl, 3, 0, 0, 0, 0, 0))).isZero();
    }

    @Test
    void preparedCallsMakeNoneAlsoWhenTheyFail() throws IOException {
        try (Fd event = door.waiting.eventfd(0)) {
            PreparedCall read = door.calls
                    .prepare("read")
                    .argument(0, event)
                    .argument(1, buffer, 0, 8)
                    .argument(2, 8);
            assertThat(allocated(read::call)).as("EAGAIN").isZero();
            assertThat(allocated(() ->
                            read.argument(0, event).argument(1, buffer, 8, 8).call()))
                    .as("with arguments set anew")
                    .isZero();
        }
    }

    @Test
    void waitingAndReceivingMakeNone() throws IOException {
        try (Fd event = door.waiting.eventfd(1);
                Fd socket = door.sockets.socket(LinuxSockets.AF_NETLINK, LinuxSockets.SOCK_RAW, 0)) {
            assertThat(allocated(() -> door.waiting.poll(event, 1, Duration.ZERO)))
                    .isZero();
            assertThat(allocated(() -> door.sockets.receive(socket, buffer, 0, 32, buffer)))
                    .isZero();
            assertThat(allocated(() -> door.sockets.option(socket, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUF)))
                    .isZero();
        }
    }
}
