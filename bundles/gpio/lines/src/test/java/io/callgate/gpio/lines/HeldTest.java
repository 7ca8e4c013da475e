// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Edge;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineGroup;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.RequestEndedException;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers of a service notice of its backend: a wait, if anything; and what a call costs. */
@Timeout(60)
class HeldTest {

    private static final int CALLS = 20_000;
    private static final int ROUNDS = 5;

    private final FakeLinux kernel = new FakeLinux();

    /** Lines without a kernel, that make no garbage themselves. */
    private static final class Wires implements LineRequest {
        private long levels;
        private volatile boolean ended;
        private final CountDownLatch asked = new CountDownLatch(1);

        private void check() throws RequestEndedException {
            if (ended) {
                asked.countDown();
                throw new RequestEndedException("wires");
            }
        }

        @Override
        public boolean takenOver() {
            return false;
        }

        @Override
        public long levels(long mask) throws IOException {
            check();
            return levels & mask;
        }

        @Override
        public void set(long mask, long next) throws IOException {
            check();
            levels = levels & ~mask | next & mask;
        }

        @Override
        public void reconfigure(List<RequestConfig.Line> lines) {
            throw new AssertionError("nobody does that here");
        }

        @Override
        public void leave() {
            ended = true;
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    private static final class Owner implements LineRequest.Owner {
        @Override
        public void edges(List<Edge> batch) {}

        @Override
        public void left() {}

        @Override
        public void gone(IOException reason) {}
    }

    private static Held.Serving serving(Wires wires, LineRequest.Owner owner) {
        return new Held.Serving(
                wires, owner, new FakeChip(new FakeBoard("gpiochip0", "lab", "A", "B"), "chardev"), List.of(0, 1));
    }

    private Held held(Duration patience) {
        return new Held("lamp", kernel, patience);
    }

    private interface Call {
        long on(DigitalOutput output, LineGroup group) throws IOException;
    }

    @Test
    void aCallMakesNoGarbage() throws IOException {
        Held held = held(Duration.ofSeconds(30));
        held.serve(serving(new Wires(), new Owner()));
        DigitalOutput output = new OutputLine(held);
        LineGroup group = new GroupLines(held);
        assertThat(allocated(output, group, (one, all) -> one.level().ordinal()))
                .as("level")
                .isZero();
        assertThat(allocated(output, group, (one, all) -> {
                    one.set(Level.ACTIVE);
                    return 1;
                }))
                .as("set")
                .isZero();
        assertThat(allocated(output, group, (one, all) -> all.levels(3)))
                .as("levels")
                .isZero();
        assertThat(allocated(output, group, (one, all) -> {
                    all.set(3, 2);
                    return 1;
                }))
                .as("set of a group")
                .isZero();
        assertThat(allocated(output, group, (one, all) -> all.info().size()))
                .as("the measure sees what info makes")
                .isGreaterThan(CALLS * 16L);
    }

    /** The least of some rounds: what happens once (a class is loaded, code is compiled) is no garbage of a call. */
    private static long allocated(DigitalOutput output, LineGroup group, Call call) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long sum = 0;
            for (int i = 0; i < CALLS; i++) {
                sum += call.on(output, group);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            assertThat(sum).isNotNegative();
        }
        return least;
    }

    /** A call on a thread of its own, as an application makes it. */
    private static CompletableFuture<Long> later(Held held) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return held.levels(3);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void aCallThatFindsTheRequestEndedIsMadeAgainOfItsSuccessor() throws Exception {
        Held held = held(Duration.ofSeconds(30));
        Owner owner = new Owner();
        Wires first = new Wires();
        held.serve(serving(first, owner));
        first.leave(); // the backend has not told yet
        CompletableFuture<Long> call = later(held);
        first.asked.await();
        held.suspend(owner);
        Wires second = new Wires();
        second.levels = 2;
        assertThat(call).isNotDone();
        held.serve(serving(second, new Owner()));
        assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @Test
    void aCallWaitsOnlySoLong() {
        Held held = held(Duration.ofMillis(1));
        Owner owner = new Owner();
        held.serve(serving(new Wires(), owner));
        held.suspend(owner);
        assertThatThrownBy(() -> held.levels(1))
                .hasMessage("lamp is being handed over, and nothing serves it yet: try again");
    }

    @Test
    void aCallThatWaitsIsToldThatNobodyWillCome() throws Exception {
        Held held = held(Duration.ofSeconds(30));
        Owner owner = new Owner();
        Wires wires = new Wires();
        held.serve(serving(wires, owner));
        wires.leave();
        CompletableFuture<Long> call = later(held);
        wires.asked.await();
        held.end(() -> new IOException("lamp is waiting: no chip"));
        assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS)).hasMessageContaining("lamp is waiting: no chip");
    }

    @Test
    void theEventLoopIsNeverKeptWaiting() {
        Held held = held(Duration.ofMinutes(10));
        Owner owner = new Owner();
        held.serve(serving(new Wires(), owner));
        held.suspend(owner);
        CompletableFuture<String> answer = new CompletableFuture<>();
        kernel.execute(() -> {
            try {
                held.set(1, 1);
            } catch (IOException e) {
                answer.complete(e.getMessage());
            }
        });
        kernel.turn();
        assertThat(answer).isCompletedWithValueMatching(message -> message.startsWith("lamp is being handed over"));
    }

    @Test
    void anInterruptEndsTheWait() {
        Held held = held(Duration.ofSeconds(30));
        Owner owner = new Owner();
        held.serve(serving(new Wires(), owner));
        held.suspend(owner);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> held.levels(1)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aLateWordOfAnEndedRequestDoesNotTouchItsSuccessor() throws IOException {
        Held held = held(Duration.ofMillis(1));
        Owner first = new Owner();
        held.serve(serving(new Wires(), first));
        held.serve(serving(new Wires(), new Owner()));
        held.suspend(first);
        assertThat(held.levels(3)).isZero();
    }

    @Test
    void sixtyFourLinesHaveSixtyFourBits() {
        Held held = held(Duration.ofMillis(1));
        List<Integer> offsets = IntStream.range(0, 64).boxed().toList();
        held.serve(new Held.Serving(new Wires(), new Owner(), null, offsets));
        assertThat(new GroupLines(held).all()).isEqualTo(-1);
    }

    /** Callers on several threads while the backend is updated again and again: no call fails, none is lost. */
    @Test
    void callsInUpdatesAllComeThrough() throws Exception {
        Held held = held(Duration.ofSeconds(30));
        Owner owner = new Owner();
        Wires wires = new Wires();
        held.serve(serving(wires, owner));
        CompletableFuture<?>[] callers = new CompletableFuture<?>[2];
        for (int i = 0; i < callers.length; i++) {
            callers[i] = CompletableFuture.runAsync(() -> {
                try {
                    for (int call = 0; call < 200_000; call++) {
                        held.levels(3);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        int updates = 0;
        while (!CompletableFuture.allOf(callers).isDone() || updates == 0) {
            wires.leave();
            held.suspend(owner);
            wires = new Wires();
            owner = new Owner();
            held.serve(serving(wires, owner));
            updates++;
        }
        CompletableFuture.allOf(callers).get(30, TimeUnit.SECONDS);
    }
}
