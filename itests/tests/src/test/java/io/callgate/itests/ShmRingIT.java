// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.callgate.itests.ShmRig.Witness;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.harness.ProcessFigures;
import io.callgate.shm.Ring;
import io.callgate.shm.RingConsumer;
import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingHandler;
import io.callgate.shm.RingKind;
import io.callgate.shm.RingProducer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;

/** Rings with programs in C at the other end, which are started, stopped and killed at random moments. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShmRingIT {

    private static final int KILLS = Integer.getInteger("callgate.shm.kills", 200);
    private static final int UPDATES = Integer.getInteger("callgate.updates", 200);
    private static final int CAPACITY = 65_536;
    private static final int LONGEST = 200;
    private static final long KILL_WITHIN_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    private final Random random = new Random();
    private final ExecutorService others = Executors.newCachedThreadPool();
    private ShmRig rig;
    private Path file;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        rig = new ShmRig(home);
    }

    @AfterAll
    void stop() throws Exception {
        others.shutdownNow();
        if (rig != null) {
            rig.close();
        }
    }

    @AfterEach
    void tidyUp() throws Exception {
        rig.tidyUp();
        assertThat(ShmRig.ringThreads()).as("threads that rings have left").isEmpty();
    }

    private Ring ring(RingKind kind, String more) throws IOException {
        file = rig.file("ring");
        rig.configure(
                Ring.PID + "~r",
                "{\"path\": \"" + file + "\", \"kind\": \"" + kind.word() + "\", \"capacity\": " + CAPACITY
                        + ", \"unlink\": \"always\"" + more + "}");
        return rig.ring("r");
    }

    private static void offer(RingProducer producer, long number) throws IOException {
        int length = ShmRig.lengthOf(number, LONGEST);
        long own = ProcessHandle.current().pid();
        while (!producer.claim(1, length)) {
            Thread.onSpinWait();
        }
        ShmRig.fill(producer.bytes(), own, number, length);
        producer.commit();
    }

    private static void drain(RingConsumer consumer, Witness witness, long messages) throws IOException {
        while (witness.messages() < messages && witness.fault().isEmpty()) {
            if (consumer.poll(witness::see, 64) == 0) {
                assertThat(consumer.await(ShmRig.PATIENCE)).as("a message").isTrue();
            }
        }
        assertThat(witness.fault()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatAProgramInCWritesIsReadWhole(RingKind kind) throws Exception {
        Ring ring = ring(kind, "");
        Process peer = rig.started("produce", file, 300_000, LONGEST);
        Witness witness = new Witness();
        try (RingConsumer consumer = ring.consumer()) {
            drain(consumer, witness, 300_000);
        }
        assertThat(witness.last(peer.pid())).isEqualTo(300_000);
    }

    @ParameterizedTest
    @EnumSource
    void whatWeWriteAProgramInCReadsWhole(RingKind kind) throws Exception {
        Ring ring = ring(kind, "");
        Process peer = rig.started("consume", file, 300_000, 0);
        try (RingProducer producer = ring.producer()) {
            for (long i = 1; i <= 300_000; i++) {
                offer(producer, i);
            }
        }
        assertThat(peer.inputReader().lines().reduce((a, b) -> b)).hasValue("consumed 300000, released 0");
        assertThat(peer.waitFor()).isZero();
        assertThat(ring.statistics().usedBytes()).isZero();
    }

    @Test
    void manyWriteAndNoneIsLost() throws Exception {
        Ring ring = ring(RingKind.MANY_TO_ONE, "");
        Witness witness = new Witness();
        rig.listen("r", 0, (from, message) -> witness.see(message));
        List<Process> peers =
                List.of(rig.started("produce", file, 50_000, LONGEST), rig.started("produce", file, 50_000, LONGEST));
        try (RingProducer producer = ring.producer()) {
            for (long i = 1; i <= 50_000; i++) {
                offer(producer, i);
            }
        }
        Await.until(
                "all came",
                () -> witness.messages() == 150_000 || !witness.fault().isEmpty());
        assertThat(witness.fault()).isEmpty();
        for (Process peer : peers) {
            assertThat(witness.last(peer.pid())).isEqualTo(50_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFullRingIsToldAndAnEmptyOneWaitedFor(RingKind kind) throws Exception {
        Ring ring = ring(kind, "");
        try (RingProducer producer = ring.producer();
                RingConsumer consumer = ring.consumer()) {
            assertThat(ring.maxMessageBytes()).isEqualTo(CAPACITY / 8);
            assertThatThrownBy(() -> producer.claim(1, CAPACITY / 8 + 1)).hasMessageContaining("at most 8192");
            assertThatThrownBy(() -> producer.claim(0, 1)).hasMessageContaining("types begin with 1");
            ByteBuffer message = ByteBuffer.allocate(1000);
            int sent = 0;
            while (producer.offer(sent + 1, message)) {
                sent++;
            }
            assertThat(sent).isBetween(CAPACITY / 1008 - 1, CAPACITY / 1008);
            int[] types = {0};
            while (consumer.poll(each -> assertThat(each.type()).isEqualTo(++types[0]), 7) > 0) {
                assertThat(producer.claim(99, 8)).as("there is room again").isTrue();
                producer.abort();
            }
            assertThat(types[0]).as("what was aborted is not read").isEqualTo(sent);
            assertThat(consumer.await(Duration.ofMillis(120))).isFalse();
            Future<Boolean> waiting = others.submit(() -> consumer.await(RingConsumer.FOREVER));
            assertThat(producer.offer(1, ByteBuffer.allocate(0))).isTrue();
            assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void everyEndIsTakenOnceAndGivenBack() throws Exception {
        Ring ring = ring(RingKind.ONE_TO_ONE, "");
        Process peer = rig.started("claim", file, 40, 0);
        assertThatThrownBy(ring::producer).hasMessageContaining("has a producer, process " + peer.pid());
        ShmRig.kill(peer);
        try (RingProducer producer = ring.producer()) {
            assertThatThrownBy(ring::producer).hasMessageContaining("is one-to-one");
            assertThat(rig.peer("produce", file, 1, LONGEST).inputReader().readLine())
                    .contains("another process has this end");
        }
        rig.peerRan("produce", file, 1, LONGEST);
        try (RingConsumer consumer = ring.consumer()) {
            assertThatThrownBy(ring::consumer).hasMessageContaining("is read by thread");
            assertThat(rig.peer("consume", file, 1, 0).inputReader().readLine())
                    .contains("another process has this end");
        }
        Process reader = rig.started("consume", file, -1, 0);
        assertThatThrownBy(ring::consumer).hasMessageContaining("is read by process " + reader.pid());
        assertThat(ring.statistics().consumer().orElseThrow().pid()).isEqualTo(reader.pid());
    }

    @ParameterizedTest
    @EnumSource
    void aClaimOfADeadProducerIsReleasedAndOneOfAStoppedProducerIsNot(RingKind kind) throws Exception {
        Ring ring = ring(kind, "");
        Process stopped = rig.started("claim", file, 40, 0);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        rig.listen("r", 0, (from, message) -> heard.add(message.text().substring(0, 1)));
        ShmRig.ran("kill", "-STOP", Long.toString(stopped.pid()));
        if (kind == RingKind.MANY_TO_ONE) {
            try (RingProducer producer = ring.producer()) {
                producer.offer(1, ByteBuffer.wrap(new byte[] {'b'}));
            }
        }
        long begin = System.nanoTime();
        Await.until("it was looked at several times", () -> System.nanoTime() - begin > 2_000_000_000L);
        assertThat(heard).isEmpty();
        assertThat(ring.statistics().released()).isZero();
        ShmRig.ran("kill", "-CONT", Long.toString(stopped.pid()));
        try (OutputStream line = stopped.getOutputStream()) {
            line.write('\n');
        }
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("c");
        if (kind == RingKind.MANY_TO_ONE) {
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("b");
        }
        assertThat(stopped.waitFor()).isZero();

        Process dead = rig.started("claim", file, 40, 0);
        ShmRig.kill(dead);
        try (RingProducer producer = ring.producer()) {
            producer.offer(1, ByteBuffer.wrap(new byte[] {'d'}));
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("d");
            assertThat(ring.statistics().released()).isOne();
            Await.until(
                    "the slot of the dead is free",
                    () -> ring.statistics().producers().size() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void producersThatAreKilledAtAnyMomentTearNothingAndHoldUpNobody(RingKind kind) throws Exception {
        Ring ring = ring(kind, "");
        Witness witness = new Witness();
        rig.listen("r", 0, (from, message) -> witness.see(message));
        long longest = 0;
        for (int i = 0; i < KILLS; i++) {
            Process first = rig.started("produce", file, -1, LONGEST);
            Process second = kind == RingKind.MANY_TO_ONE ? rig.started("produce", file, -1, LONGEST) : null;
            LockSupport.parkNanos((long) (random.nextDouble() * KILL_WITHIN_NANOS));
            ShmRig.kill(first);
            if (second != null) {
                ShmRig.kill(second);
            }
            long begin = System.nanoTime();
            Await.until(
                    "kill " + i + ": the ring is read to its end",
                    Duration.ofSeconds(10),
                    () -> ring.statistics().usedBytes() == 0);
            longest = Math.max(longest, System.nanoTime() - begin);
            assertThat(witness.fault()).as("after kill %d", i).isEmpty();
        }
        System.out.printf(
                "%s: %d kills of producers, %d messages, %d claims released, the longest wait %d ms%n",
                kind.word(), KILLS, witness.messages(), ring.statistics().released(), longest / 1_000_000);
        assertThat(witness.messages()).isPositive();
        Await.until(
                "the slots of the dead are free",
                () -> ring.statistics().producers().isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void consumersThatAreKilledAtAnyMomentLoseNothing(RingKind kind) throws Exception {
        Ring ring = ring(kind, "");
        boolean[] ending = {false};
        Future<Long> writing = others.submit(() -> {
            long number = 1;
            try (RingProducer producer = ring.producer()) {
                while (!ending[0]) {
                    int length = ShmRig.lengthOf(number, LONGEST);
                    if (producer.claim(1, length)) {
                        ShmRig.fill(producer.bytes(), 1, number++, length);
                        producer.commit();
                    }
                }
            }
            return number - 1;
        });
        for (int i = 0; i < KILLS; i++) {
            Process reader = rig.started("consume", file, -1, 0);
            LockSupport.parkNanos((long) (random.nextDouble() * KILL_WITHIN_NANOS));
            assertThat(reader.isAlive())
                    .as("kill %d: the reader found nothing wrong", i)
                    .isTrue();
            ShmRig.kill(reader);
        }
        ending[0] = true;
        long written = writing.get(30, TimeUnit.SECONDS);
        Process last = rig.started("consume", file, -1, 0);
        Await.until("the rest is read", () -> ring.statistics().usedBytes() == 0 || !last.isAlive());
        assertThat(last.isAlive()).as("nothing was torn or lost").isTrue();
        System.out.printf("%s: %d kills of consumers, %d messages%n", kind.word(), KILLS, written);
    }

    @ParameterizedTest
    @EnumSource
    void bothEndsKilledAtAnyMomentLeaveARingThatGoesOn(RingKind kind) throws Exception {
        Ring ring = ring(kind, "");
        long all = 0;
        for (int i = 0; i < KILLS; i++) {
            Process writer = rig.started("produce", file, -1, LONGEST);
            Process reader = rig.started("consume", file, -1, 0);
            LockSupport.parkNanos((long) (random.nextDouble() * KILL_WITHIN_NANOS));
            assertThat(reader.isAlive())
                    .as("kill %d: the reader found nothing wrong", i)
                    .isTrue();
            ShmRig.kill(random.nextBoolean() ? writer : reader);
            ShmRig.kill(reader);
            ShmRig.kill(writer);
            Witness witness = new Witness();
            try (RingConsumer consumer = ring.consumer()) {
                Await.until("kill " + i + ": the rest is read", () -> {
                    while (consumer.poll(witness::see, 1000) > 0) {
                        assertThat(witness.fault()).isEmpty();
                    }
                    return ring.statistics().usedBytes() == 0;
                });
            }
            all += witness.messages();
        }
        assertThat(all).isPositive();
    }

    @Test
    void aListenerThatLeavesLeavesTheRestToItsSuccessor() throws Exception {
        ring(RingKind.MANY_TO_ONE, "");
        Witness witness = new Witness();
        rig.started("produce", file, -1, LONGEST);
        for (int i = 0; i < 60; i++) {
            long before = witness.messages();
            ServiceRegistration<?> one = rig.listen("r", i % 3, (from, message) -> witness.see(message));
            ServiceRegistration<?> two = rig.listen("r", 1, (from, message) -> witness.see(message));
            Await.until("messages come", () -> witness.messages() > before + 10);
            rig.unlisten(i % 2 == 0 ? one : two);
            rig.unlisten(i % 2 == 0 ? two : one);
            assertThat(ShmRig.ringThreads()).isEmpty();
        }
        assertThat(witness.fault()).isEmpty();
    }

    @Test
    void waitingEndsWithAnInterruptionAndWithTheService() throws Exception {
        Ring ring = ring(RingKind.MANY_TO_ONE, "");
        RingConsumer consumer = ring.consumer();
        Future<Boolean> waiting = others.submit(() -> {
            Thread.currentThread().interrupt();
            return consumer.await(RingConsumer.FOREVER);
        });
        assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedIOException.class);
        Future<Boolean> other = others.submit(() -> consumer.await(RingConsumer.FOREVER));
        RingProducer producer = ring.producer();
        assertThat(producer.claim(1, 8)).isTrue();
        rig.provider().stop();
        other.get(30, TimeUnit.SECONDS);
        assertThatThrownBy(() -> consumer.poll(message -> {}, 1))
                .isInstanceOf(RingGoneException.class)
                .hasMessageContaining("has ended: bind the one that comes in its place");
        producer.bytes().putLong(42); // to nobody
        assertThatThrownBy(producer::commit).isInstanceOf(RingGoneException.class);
        producer.close();
        rig.provider().start();
        Ring next = rig.ring("r");
        try (RingProducer another = next.producer();
                RingConsumer reader = next.consumer()) {
            assertThat(another.offer(7, ByteBuffer.allocate(8))).isTrue();
            Await.until(
                    "what was claimed is released",
                    () -> reader.poll(m -> assertThat(m.type()).isEqualTo(7), 10) == 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void updatesUnderLoadLoseNothingThatIsRead(RingKind kind) throws Exception {
        ring(kind, "");
        Witness witness = new Witness();
        rig.listen("r", 0, (from, message) -> witness.see(message));
        Process writer = rig.started("produce", file, -1, LONGEST);
        InProcess.update(rig.provider()); // what is there once only, is there now
        rig.ring("r");
        ProcessFigures before = ProcessFigures.of(ProcessHandle.current().pid()).withoutMemory();
        WeakReference<ClassLoader> loader =
                new WeakReference<>(rig.provider().adapt(BundleWiring.class).getClassLoader());
        for (int i = 0; i < UPDATES / 4; i++) {
            long seen = witness.messages();
            Await.until("messages come", () -> witness.messages() > seen);
            InProcess.update(rig.provider());
        }
        rig.framework.refresh(List.of(rig.provider()));
        long seen = witness.messages();
        Await.until("messages come", () -> witness.messages() > seen);
        assertThat(witness.fault()).isEmpty();
        assertThat(writer.isAlive()).isTrue();
        Await.until("the class loader goes", () -> {
            System.gc();
            return loader.get() == null;
        });
        Await.until(
                "descriptors and mappings are as before",
                () -> ProcessFigures.of(ProcessHandle.current().pid()).descriptors() <= before.descriptors()
                        && ProcessFigures.of(ProcessHandle.current().pid()).mappings() <= before.mappings());
    }

    @Test
    void updatesUnderLoadLoseNothingThatIsWritten() throws Exception {
        ring(RingKind.MANY_TO_ONE, "");
        Process reader = rig.started("consume", file, -1, 0);
        boolean[] ending = {false};
        long own = ProcessHandle.current().pid();
        Future<Long> writing = others.submit(() -> {
            long number = 1;
            while (!ending[0]) {
                Ring ring = rig.ring("r");
                try (RingProducer producer = ring.producer()) {
                    while (!ending[0]) {
                        offer(producer, number); // an exception: it did not come there
                        number++;
                    }
                } catch (RingGoneException e) {
                    assertThat(e).hasMessageContaining("has ended");
                }
            }
            return number - 1;
        });
        for (int i = 0; i < UPDATES / 4; i++) {
            InProcess.update(rig.provider());
            rig.ring("r");
        }
        ending[0] = true;
        long written = writing.get(30, TimeUnit.SECONDS);
        Await.until("all is read", () -> rig.ring("r").statistics().usedBytes() == 0 || !reader.isAlive());
        assertThat(reader.isAlive()).as("nothing was torn or lost").isTrue();
        assertThat(seen(own)).isEqualTo(written);
    }

    /** The last number that a peer has read of a producer, from the file that it keeps. */
    private long seen(long producer) throws IOException {
        byte[] all = java.nio.file.Files.readAllBytes(file.resolveSibling(file.getFileName() + ".seen"));
        return ByteBuffer.wrap(all)
                .order(java.nio.ByteOrder.nativeOrder())
                .getLong((int) (producer & 0xffff) * Long.BYTES);
    }

    @ParameterizedTest
    @EnumSource
    void writingAndReadingMakeNoGarbage(RingKind kind) throws Exception {
        Ring ring = ring(kind, "");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuffer message = ByteBuffer.allocateDirect(64);
        long[] read = {0};
        try (RingProducer producer = ring.producer();
                RingConsumer consumer = ring.consumer()) {
            RingHandler handler = each -> read[0] += each.length();
            Runnable round = () -> {
                try {
                    for (int i = 0; i < 50_000; i++) {
                        producer.offer(1, message);
                        producer.claim(2, 32);
                        producer.bytes().putLong(i);
                        producer.commit();
                        consumer.poll(handler, 10);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            };
            round.run();
            long before = threads.getCurrentThreadAllocatedBytes();
            round.run();
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(read[0]).isEqualTo(2L * 50_000 * (64 + 32));
            // The releaser looks four times a second, and that makes some.
            assertThat(allocated / 100_000).as("bytes for each message").isZero();
        }
    }
}
