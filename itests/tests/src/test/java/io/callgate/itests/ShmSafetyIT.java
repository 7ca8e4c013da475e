// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Ran;
import io.callgate.shm.Board;
import io.callgate.shm.Region;
import io.callgate.shm.Ring;
import io.callgate.shm.RingConsumer;
import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingKind;
import io.callgate.shm.RingProducer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

/** What others can do to a file, and what is refused. A fault that is not caught ends this JVM, and so the whole class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShmSafetyIT {

    private static final int TRUNCATIONS = Integer.getInteger("callgate.shm.truncations", 4);
    private static final String ROOT = "root";

    private final Random random = new Random();
    private final ExecutorService others = Executors.newCachedThreadPool();
    private ShmRig rig;

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
    }

    private void ring(Path file, String more) throws IOException {
        rig.configure(Ring.PID + "~r", "{\"path\": \"" + file + "\", \"capacity\": 65536" + more + "}");
    }

    /** A real other process, as the file's owner would do it. */
    private static void truncate(Path file, long size) throws IOException {
        ShmRig.ran("truncate", "-s", Long.toString(size), file.toString());
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatTruncatesTheFileGivesAnExceptionAndNoDeadJvm(RingKind kind) throws Exception {
        Path file = rig.file("cut");
        ring(file, ", \"kind\": \"" + kind.word() + "\"");
        for (int i = 0; i < TRUNCATIONS; i++) {
            Ring ring = rig.ring("r");
            RingProducer producer = ring.producer();
            RingConsumer consumer = ring.consumer();
            Future<Throwable> writing = others.submit(() -> failure(() -> {
                ByteBuffer message = ByteBuffer.allocateDirect(100);
                while (true) {
                    producer.offer(1, message);
                }
            }));
            Future<Throwable> reading = others.submit(() -> failure(() -> {
                byte[] copy = new byte[100];
                while (true) {
                    if (consumer.poll(message -> message.bytes().get(copy), 16) == 0) {
                        consumer.await(RingConsumer.FOREVER);
                    }
                }
            }));
            LockSupport.parkNanos(random.nextInt(3_000_000));
            long size = new long[] {0, 4096, 40_000, 70_000}[i % 4];
            truncate(file, size);
            for (Future<Throwable> each : List.of(writing, reading)) {
                assertThat(each.get(30, TimeUnit.SECONDS))
                        .isInstanceOf(RingGoneException.class)
                        .hasMessageMatching(".*(was truncated by somebody: it has " + size
                                + " bytes, not \\d+|the service of r has ended.*)");
            }
            assertThat(rig.reason("r")).contains(file.toString(), "delete it");
            producer.close();
            consumer.close();
            Files.delete(file);
            assertThat(rig.ring("r")).as("made anew").isNotSameAs(ring);
        }
    }

    /** Why it ended. Of a fault the Java runtime may tell as late as in the caller; then the next call says what it was. */
    private static Throwable failure(Callable<Void> work) {
        try {
            work.call();
            return null;
        } catch (InternalError late) {
            return failure(work);
        } catch (Throwable e) {
            return e;
        }
    }

    @Test
    void aBoardThatIsTruncatedGivesAnException() throws Exception {
        Path file = rig.file("board");
        rig.configure(Board.PID + "~b", "{\"path\": \"" + file + "\", \"role\": \"writer\", \"maxBytes\": 20000}");
        Board board = rig.board("b");
        Future<Throwable> writing = others.submit(() -> failure(() -> {
            ByteBuffer value = ByteBuffer.allocateDirect(20_000);
            while (true) {
                board.write(value);
            }
        }));
        Future<Throwable> reading = others.submit(() -> failure(() -> {
            ByteBuffer value = ByteBuffer.allocateDirect(20_000);
            while (true) {
                board.read(value);
            }
        }));
        Await.until("values are written", () -> board.newest() > 100);
        truncate(file, 0);
        assertThat(writing.get(30, TimeUnit.SECONDS)).isInstanceOf(RingGoneException.class);
        assertThat(reading.get(30, TimeUnit.SECONDS)).isInstanceOf(RingGoneException.class);
        Files.delete(file);
        Await.until("another one is made", () -> rig.board("b") != board);
    }

    @Test
    void aRegionThatIsTruncatedGivesAnErrorAndGoes() throws Exception {
        Path file = rig.file("region");
        Files.write(file, new byte[10_000]);
        rig.configure(Region.PID + "~m", "{\"path\": \"" + file + "\"}");
        Region region = rig.region("m");
        truncate(file, 0);
        assertThatThrownBy(() -> {
                    ByteBuffer bytes = region.bytes();
                    for (int i = 0; i < 10_000_000; i++) {
                        bytes.get(i % 10_000);
                    }
                })
                .isInstanceOf(InternalError.class);
        assertThat(rig.reason("m")).contains(file + " has 0 bytes there");
    }

    @Test
    void aFileThatIsRemovedOrReplacedIsMadeAnew() throws Exception {
        Path file = rig.file("gone");
        ring(file, "");
        Ring ring = rig.ring("r");
        RingProducer producer = ring.producer();
        Files.delete(file);
        Await.until("another service stands for it", () -> rig.ring("r") != ring);
        assertThatThrownBy(() -> producer.offer(1, ByteBuffer.allocate(1))).isInstanceOf(RingGoneException.class);
        assertThat(file).exists();
    }

    private Path tmpfs(String name, String size) throws Exception {
        assumeTrue(ROOT.equals(System.getProperty("user.name")), "mounting a tmpfs takes root");
        Path folder = Files.createDirectory(rig.home.resolve(name));
        assumeTrue(
                Ran.of(
                                        ShmRig.PATIENCE,
                                        List.of(
                                                "mount",
                                                "-t",
                                                "tmpfs",
                                                "-o",
                                                "size=" + size,
                                                "tmpfs",
                                                folder.toString()))
                                .status()
                        == 0,
                "mounting a tmpfs is not permitted here");
        return folder;
    }

    @Test
    void aFileSystemWithoutALimitIsNotFull() throws Exception {
        Path folder = tmpfs("unlimited", "0");
        try {
            ring(folder.resolve("ring"), "");
            rig.ring("r");
            rig.delete(Ring.PID + "~r");
        } finally {
            ShmRig.ran("umount", folder.toString());
        }
    }

    @Test
    void aFullFileSystemIsASentence() throws Exception {
        Path folder = tmpfs("small", "128k");
        try {
            ring(folder.resolve("ring"), "");
            rig.ring("r");
            rig.configure(Ring.PID + "~big", "{\"path\": \"" + folder.resolve("big") + "\", \"capacity\": 1048576}");
            assertThat(rig.reason("big"))
                    .contains("the file system of " + folder + " has ", " bytes free, 1056768 are needed");
            // A peer that made its file sparse would fault us at the first touch.
            Path sparse = folder.resolve("sparse");
            Path whole = rig.file("whole");
            rig.peerRan("create", whole, 2, 131072);
            ShmRig.ran("cp", "--sparse=always", whole.toString(), sparse.toString());
            rig.configure(Ring.PID + "~sparse", "{\"path\": \"" + sparse + "\", \"capacity\": 131072}");
            assertThat(rig.reason("sparse")).contains("has not 139264 bytes free: delete something there");
            rig.delete(Ring.PID + "~r");
            rig.delete(Ring.PID + "~sparse");
            rig.delete(Ring.PID + "~big");
        } finally {
            ShmRig.ran("umount", folder.toString());
        }
    }

    @Test
    void aForeignOrOlderOrDamagedFileIsRefused() throws Exception {
        Path file = rig.file("foreign");
        Files.write(file, new byte[100_000]);
        ring(file, "");
        assertThat(rig.reason("r")).contains(file + " is no ring or board of this layout: delete it");
        again(file, 8, Integer.BYTES, 2);
        assertThat(rig.reason("r")).contains("has version 2 of the layout, this is version 1");
        again(file, 24, Long.BYTES, 131072);
        assertThat(rig.reason("r")).contains("is damaged: its header says other sizes");
        again(file, 0, Long.BYTES, Long.reverseBytes(0x434753484d454d31L));
        assertThat(rig.reason("r")).contains("of other byte order");
        rig.delete(Ring.PID + "~r");
        Files.delete(file);
        rig.peerRan("create", file, 1, 65536);
        ring(file, "");
        assertThat(rig.reason("r")).contains("is a one-to-one ring, not a many-to-one ring");
        rig.configure(Board.PID + "~b", "{\"path\": \"" + file + "\"}");
        assertThat(rig.reason("b")).contains("is a one-to-one ring, not a board");
    }

    /** A good file with one number changed. */
    private void again(Path file, long at, int bytes, long value) throws IOException {
        rig.delete(Ring.PID + "~r");
        Files.delete(file);
        rig.peerRan("create", file, 2, 65536);
        ByteBuffer number =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, value);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(number.limit(bytes), at);
        }
        ring(file, "");
    }

    @Test
    void aFileOfSomebodyElseOrThatMoreMayWriteIsRefused() throws Exception {
        Path file = rig.file("mode");
        rig.peerRan("create", file, 2, 65536);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        ring(file, "");
        assertThat(rig.reason("r")).contains("has mode 0666, so that more may write it than \"mode\" says, 0600");
        rig.delete(Ring.PID + "~r");
        ring(file, ", \"mode\": \"0666\"");
        rig.ring("r");
        rig.delete(Ring.PID + "~r");
        assumeTrue(ROOT.equals(System.getProperty("user.name")), "giving a file away takes root");
        ShmRig.ran("chown", "12345", file.toString());
        ring(file, ", \"mode\": \"0666\"");
        assertThat(rig.reason("r")).contains("belongs to user 12345: if that is meant, say \"owner\": \"12345\"");
        rig.delete(Ring.PID + "~r");
        ring(file, ", \"mode\": \"0666\", \"owner\": \"12345\"");
        rig.ring("r");
    }

    @Test
    void linksFoldersAndOpenPoliciesAreAsTheySay() throws Exception {
        Path file = rig.file("link");
        Path target = rig.file("target");
        rig.peerRan("create", target, 2, 65536);
        Files.createSymbolicLink(file, target);
        ring(file, "");
        assertThat(rig.reason("r")).contains("is a symbolic link, which is not followed");
        rig.delete(Ring.PID + "~r");
        ring(target, ", \"open\": \"exclusive\"");
        assertThat(rig.reason("r")).contains("is there already, made by somebody else");
        rig.delete(Ring.PID + "~r");
        Path none = rig.file("none");
        ring(none, ", \"open\": \"existing\"");
        assertThat(rig.reason("r")).contains("there is no file " + none);
        rig.peerRan("create", none, 2, 65536);
        assertThat(rig.ring("r").capacity()).isEqualTo(65536);
        rig.delete(Ring.PID + "~r");
        assertThat(none).as("made by somebody else").exists();
        ring(Path.of("/nowhere/ring"), "");
        assertThat(rig.reason("r")).contains("there is no folder /nowhere");
        rig.delete(Ring.PID + "~r");
        Path own = rig.file("own");
        ring(own, ", \"mode\": \"0640\"");
        rig.ring("r");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .as("whatever the umask")
                .isEqualTo("rw-r-----");
        rig.delete(Ring.PID + "~r");
        assertThat(own).as("made by this configuration").doesNotExist();
    }

    @Test
    void garbageInTheRingIsFoundOutAndReadNowhere() throws Exception {
        Path file = rig.file("garbage");
        ring(file, "");
        RingConsumer consumer = rig.ring("r").consumer();
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(4096);
            raw.writeInt(Integer.reverseBytes(1 << 20)); // a record longer than the ring
        }
        assertThatThrownBy(() -> consumer.poll(message -> {}, 1))
                .isInstanceOf(RingGoneException.class)
                .hasMessageContaining("was overwritten: there is a record of 1048576 bytes at position 0");
        consumer.close();
    }
}
