// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.ShmRig.Witness;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import io.callgate.shm.Ring;
import io.callgate.shm.RingConsumer;
import io.callgate.shm.RingKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway itself is killed while it writes or reads a ring, and another gateway goes on at the other end. */
class ShmGatewayIT {

    private static final int KILLS = Integer.getInteger("callgate.shm.gateway.kills", 4);
    private static final int CAPACITY = 65_536;
    private static final long KILL_WITHIN_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    @TempDir
    Path folder;

    private final Random random = new Random();
    private ShmRig rig;
    private Path file;
    private Process child;

    @BeforeEach
    void start() throws Exception {
        rig = new ShmRig(Files.createDirectory(folder.resolve("here")));
        file = rig.file("killed");
        rig.configure(Ring.PID + "~k", "{\"path\": \"" + file + "\", \"capacity\": " + CAPACITY + "}");
        assertThat(rig.ring("k").kind()).isEqualTo(RingKind.MANY_TO_ONE);
    }

    @AfterEach
    void stop() throws Exception {
        if (child != null) {
            ShmRig.kill(child);
        }
        rig.tidyUp();
        rig.close();
    }

    private void gateway(int number, String work) throws IOException, InterruptedException {
        Path said = folder.resolve(work + number + ".txt");
        child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dcallgate.root=" + Image.root(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ShmGatewayChild.class.getName(),
                        Files.createDirectory(folder.resolve(work + number)).toString(),
                        file.toString(),
                        work)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        Await.until(
                "the gateway is at work",
                () -> !child.isAlive() || Files.readString(said).contains("AT WORK"));
        LockSupport.parkNanos((long) (random.nextDouble() * KILL_WITHIN_NANOS));
        assertThat(child.isAlive()).as(said.toString()).isTrue();
        ShmRig.kill(child);
        assertThat(Files.readString(said)).doesNotContain("FAULT");
    }

    @Test
    void aWriterThatIsKilledTearsNothing() throws Exception {
        Witness witness = new Witness();
        rig.listen("k", 0, (from, message) -> witness.see(message));
        for (int i = 0; i < KILLS; i++) {
            gateway(i, "produce");
            Await.until(
                    "the ring is read to its end",
                    () -> rig.ring("k").statistics().usedBytes() == 0);
            assertThat(witness.fault()).isEmpty();
        }
        assertThat(witness.messages()).isPositive();
    }

    @Test
    void aReaderThatIsKilledIsFollowedByTheNext() throws Exception {
        rig.started("produce", file, -1, ShmGatewayChild.LONGEST);
        for (int i = 0; i < KILLS; i++) {
            gateway(i, "consume");
            Witness witness = new Witness();
            try (RingConsumer consumer = rig.ring("k").consumer()) {
                while (witness.messages() < 10_000 && witness.fault().isEmpty()) {
                    if (consumer.poll(witness::see, 64) == 0) {
                        consumer.await(ShmRig.PATIENCE);
                    }
                }
            }
            assertThat(witness.fault()).isEmpty();
        }
    }
}
