// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.callgate.linux.Architecture;
import io.callgate.linux.Errno;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.PreparedCall;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.mqueue.MessageBuffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whoever sends and receives a thousand times a second must not wake the garbage collector. */
class HotPathTest {

    private static final int MESSAGES = 20_000;
    private static final int ROUNDS = 5;
    private static final Duration SOME = Duration.ofMillis(3);

    private final FakeLinux kernel = new FakeLinux();

    /** A call that answers at once, and makes nothing. */
    private record Still(long answer) implements PreparedCall {

        @Override
        public PreparedCall argument(int index, long value) {
            return this;
        }

        @Override
        public PreparedCall argument(int index, Fd fd) {
            return this;
        }

        @Override
        public PreparedCall argument(int index, NativeBuffer buffer, int offset, int length) {
            return this;
        }

        @Override
        public long call() {
            return answer;
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private PosixQueue queue(long answer) throws IOException {
        LinuxCalls calls = (LinuxCalls) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {LinuxCalls.class}, (self, method, arguments) -> {
                    if (method.getName().equals("prepare")) {
                        return new Still(answer);
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
        QueueCalls queueCalls = new QueueCalls(calls, kernel, kernel, Abi.of(Architecture.X86_64));
        return new PosixQueue(
                "hot", "/hot", kernel.eventfd(0), queueCalls, new QueueCalls.Attributes(10, 64, 0), Time.SYSTEM);
    }

    @Test
    void sendingAndReceivingMakeNoGarbage() throws IOException {
        PosixQueue queue = queue(8);
        MessageBuffer buffer = queue.allocate().put("12345678");
        assertThat(allocated(() -> queue.receive(buffer, SOME))).isZero();
        assertThat(allocated(() -> queue.receive(buffer, Duration.ZERO))).isZero();
        assertThat(allocated(() -> queue.send(buffer.priority(3), SOME))).isZero();
        assertThat(allocated(() -> buffer.copy())).as("the measure sees a copy").isGreaterThan(MESSAGES * 16L);
    }

    @Test
    void waitingInVainMakesNone() throws IOException {
        PosixQueue queue = queue(-Errno.ETIMEDOUT.number());
        MessageBuffer buffer = queue.allocate();
        assertThat(allocated(() -> queue.receive(buffer, Duration.ZERO))).isZero();
        assertThat(allocated(() -> queue.send(buffer, Duration.ZERO))).isZero();
    }

    /** The least of some rounds: what happens once (a class is loaded, code is compiled) is no garbage of a message. */
    private static long allocated(Work work) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < MESSAGES; i++) {
                work.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
