// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.ShmRig.Witness;
import io.callgate.itests.harness.Await;
import io.callgate.shm.Ring;
import io.callgate.shm.RingConsumer;
import io.callgate.shm.RingKind;
import io.callgate.shm.RingProducer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rings with Agrona's own classes at the other end, in a JVM of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShmAgronaIT {

    private static final int CAPACITY = 65_536;
    private static final int LONGEST = 300;
    private static final long COUNT = 300_000;

    private final List<Process> running = new ArrayList<>();
    private ShmRig rig;
    private Path file;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        rig = new ShmRig(home);
    }

    @AfterAll
    void stop() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    @AfterEach
    void tidyUp() throws Exception {
        for (Process process : running) {
            ShmRig.kill(process);
        }
        rig.tidyUp();
    }

    private Ring ring(RingKind kind, String more) throws IOException {
        file = rig.file("agrona");
        rig.configure(
                Ring.PID + "~a",
                "{\"path\": \"" + file + "\", \"kind\": \"" + kind.word() + "\", \"capacity\": " + CAPACITY
                        + ", \"pollMicros\": 200" + more + "}");
        return rig.ring("a");
    }

    private Process agrona(RingKind kind, String work, long count) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ShmAgronaPeer.class.getName(),
                        kind.word(),
                        file.toString(),
                        Integer.toString(CAPACITY),
                        work,
                        Long.toString(count),
                        Integer.toString(LONGEST))
                .redirectErrorStream(true)
                .start();
        running.add(process);
        return process;
    }

    /** Skips what the Java runtime says about flags. */
    private static String line(BufferedReader reader) throws IOException {
        String line = ShmRig.line(reader);
        while (line.startsWith("WARNING:")) {
            line = ShmRig.line(reader);
        }
        return line;
    }

    @Test
    void theLayoutIsAgronas() {
        assertThat(List.of(
                        RingBufferDescriptor.TAIL_POSITION_OFFSET,
                        RingBufferDescriptor.HEAD_CACHE_POSITION_OFFSET,
                        RingBufferDescriptor.HEAD_POSITION_OFFSET,
                        RingBufferDescriptor.TRAILER_LENGTH,
                        RecordDescriptor.HEADER_LENGTH,
                        RecordDescriptor.ALIGNMENT))
                .as("what bundles/shm/provider's Layout and callgate_shm.h say")
                .containsExactly(128, 256, 384, 768, 8, 8);
    }

    @ParameterizedTest
    @EnumSource
    void whatAgronaWritesIsReadWhole(RingKind kind) throws Exception {
        ring(kind, "");
        Witness witness = new Witness();
        rig.listen("a", 0, (from, message) -> witness.see(message));
        Process peer = agrona(kind, "produce", COUNT);
        assertThat(line(peer.inputReader())).isEqualTo("producing");
        Await.until(
                "all came",
                () -> witness.messages() == COUNT || !witness.fault().isEmpty());
        assertThat(witness.fault()).isEmpty();
        assertThat(witness.last(peer.pid())).isEqualTo(COUNT);
    }

    @ParameterizedTest
    @EnumSource
    void whatWeWriteAgronaReadsWhole(RingKind kind) throws Exception {
        Ring ring = ring(kind, "");
        Process peer = agrona(kind, "consume", COUNT);
        BufferedReader said = peer.inputReader();
        assertThat(line(said)).isEqualTo("consuming");
        try (RingProducer producer = ring.producer()) {
            for (long i = 1; i <= COUNT; i++) {
                int length = ShmRig.lengthOf(i, LONGEST);
                claimed(producer, length, peer);
                ShmRig.fill(producer.bytes(), 1, i, length);
                if (i % 1000 == 0) {
                    producer.abort(); // nobody sees it, so its number is given again
                    claimed(producer, length, peer);
                    ShmRig.fill(producer.bytes(), 1, i, length);
                }
                producer.commit();
            }
        }
        assertThat(line(said)).isEqualTo("consumed " + COUNT);
    }

    private static void claimed(RingProducer producer, int length, Process peer) throws IOException {
        while (!producer.claim(1, length)) {
            if (!peer.isAlive()) {
                throw new AssertionError(
                        "the peer has ended: " + peer.inputReader().readLine());
            }
        }
    }

    @Test
    void agronaAndWeAndCWriteIntoOneRing() throws Exception {
        Ring ring = ring(RingKind.MANY_TO_ONE, "");
        Witness witness = new Witness();
        rig.listen("a", 0, (from, message) -> witness.see(message));
        Process agrona = agrona(RingKind.MANY_TO_ONE, "produce", COUNT);
        Process c = rig.started("produce", file, COUNT, LONGEST);
        try (RingProducer producer = ring.producer()) {
            for (long i = 1; i <= COUNT; i++) {
                int length = ShmRig.lengthOf(i, LONGEST);
                while (!producer.claim(1, length)) {
                    Thread.onSpinWait();
                }
                ShmRig.fill(producer.bytes(), 1, i, length);
                producer.commit();
            }
        }
        Await.until(
                "all came",
                () -> witness.messages() == 3 * COUNT || !witness.fault().isEmpty());
        assertThat(witness.fault()).isEmpty();
        assertThat(List.of(witness.last(1), witness.last(agrona.pid()), witness.last(c.pid())))
                .containsOnly(COUNT);
    }

    @ParameterizedTest
    @EnumSource
    void aClaimOfAgronasIsReleasedByTheConfiguredTimeAlone(RingKind kind) throws Exception {
        Ring ring = ring(kind, "");
        Process dead = agrona(kind, "claim", 0);
        assertThat(line(dead.inputReader())).isEqualTo("claimed");
        ShmRig.kill(dead);
        try (RingProducer producer = ring.producer();
                RingConsumer consumer = ring.consumer()) {
            producer.offer(1, ByteBuffer.wrap("behind it".getBytes()));
            assertThat(consumer.await(java.time.Duration.ofSeconds(2))).isFalse();
        }
        rig.delete(Ring.PID + "~a");
        ring(kind, ", \"foreignTimeoutMillis\": 300, \"unlink\": \"never\"");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        rig.listen("a", 0, (from, message) -> heard.add(message.text()));
        Process again = agrona(kind, "claim", 0);
        assertThat(line(again.inputReader())).isEqualTo("claimed");
        ShmRig.kill(again);
        try (RingProducer producer = rig.ring("a").producer()) {
            producer.offer(1, ByteBuffer.wrap("behind it".getBytes()));
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("behind it");
        }
        assertThat(rig.ring("a").statistics().released()).isOne();
    }
}
