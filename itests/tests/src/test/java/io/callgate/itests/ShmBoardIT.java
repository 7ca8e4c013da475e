// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.callgate.itests.ShmRig.Witness;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.InProcess;
import io.callgate.shm.Board;
import io.callgate.shm.Region;
import io.callgate.shm.Ring;
import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingProducer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
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

/** Boards with a writer or a reader in C, regions, and the commands for all of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShmBoardIT {

    private static final int KILLS = Integer.getInteger("callgate.shm.kills", 200);
    private static final int LONGEST = 5000;

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
    }

    private Board board(String role) throws IOException {
        file = rig.file("board");
        rig.configure(
                Board.PID + "~b",
                "{\"path\": \"" + file + "\", \"role\": \"" + role + "\", \"maxBytes\": " + LONGEST + "}");
        return rig.board("b");
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(LONGEST).order(ByteOrder.nativeOrder());
    }

    @Test
    void whatAProgramInCWritesIsReadWholeAndNew() throws Exception {
        Board board = board("reader");
        ByteBuffer value = buffer();
        assertThat(board.read(value)).isEqualTo(Board.NOTHING);
        assertThatThrownBy(() -> board.write(value)).hasMessageContaining("say \"role\": \"writer\"");
        Process writer = rig.started("write", file, 0, LONGEST);
        long last = 0;
        for (int reads = 0; reads < 100_000; ) {
            long number = board.read(value);
            assertThat(number).isGreaterThanOrEqualTo(last);
            if (number > last) {
                assertThat(value.getLong(Long.BYTES))
                        .as("the value of its number")
                        .isEqualTo(number);
                assertWhole(value);
                reads++;
            }
            last = number;
        }
        assertThat(board.statistics().writer()).hasValue(writer.pid());
        assertThatThrownBy(() -> board.read(ByteBuffer.allocate(8))).hasMessageContaining("room for 8");
    }

    /** Each value by itself: numbers may be missing here. */
    private static void assertWhole(ByteBuffer value) {
        Witness one = new Witness();
        one.see(value, 0, 1, value.limit());
        assertThat(one.fault()).isEmpty();
    }

    @Test
    void whatWeWriteAProgramInCReadsWhole() throws Exception {
        Board board = board("writer");
        boolean[] ending = {false};
        Future<?> writing = others.submit(() -> {
            ByteBuffer value = buffer();
            for (long i = 1; !ending[0]; i++) {
                value.clear();
                int length = ShmRig.lengthOf(i, LONGEST);
                ShmRig.fill(value, 7, i, length);
                board.write(value.limit(length));
            }
            return null;
        });
        assertThat(rig.peerRan("read", file, 300_000, 0)).matches("read \\d+ values\n");
        ending[0] = true;
        writing.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aWriterThatIsKilledAtAnyMomentLeavesAWholeValue() throws Exception {
        Board board = board("reader");
        ByteBuffer value = buffer();
        long last = 0;
        for (int i = 0; i < KILLS; i++) {
            Process writer = rig.started("write", file, 0, LONGEST);
            LockSupport.parkNanos(random.nextInt(5_000_000));
            ShmRig.kill(writer);
            long number = board.read(value);
            if (number != Board.NOTHING) {
                assertWhole(value);
            }
            assertThat(number).isGreaterThanOrEqualTo(last);
            last = number;
        }
        assertThat(last).isPositive();
    }

    @Test
    void oneWritesABoardAndTheNextTakesOver() throws Exception {
        Board board = board("writer");
        assertThat(rig.peer("write", file, 1, 100).inputReader().readLine()).contains("another process has this end");
        assertThat(board.write(ByteBuffer.wrap("ours".getBytes()))).isOne();
        rig.delete(Board.PID + "~b");
        assertThatThrownBy(() -> board.write(buffer())).isInstanceOf(RingGoneException.class);
        rig.peerRan("create", file, 3, LONGEST);
        Process writer = rig.started("write", file, 0, 100);
        rig.configure(Board.PID + "~b", "{\"path\": \"" + file + "\", \"role\": \"writer\"}");
        assertThat(rig.reason("b")).contains("is written by process " + writer.pid());
        ShmRig.kill(writer);
        assertThat(rig.board("b").write(ByteBuffer.allocate(1))).isPositive();
    }

    @Test
    void readingAndWritingMakeNoGarbage() throws Exception {
        Board board = board("writer");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuffer value = buffer();
        ByteBuffer copy = buffer();
        long allocated = 0;
        for (int round = 0; round < 2; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 50_000; i++) {
                value.limit(64);
                board.write(value);
                board.read(copy);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).as("in 50,000 writes and reads").isLessThan(50_000);
    }

    @Test
    void anUpdateKeepsTheValue() throws Exception {
        Board board = board("writer");
        board.write(ByteBuffer.wrap("kept".getBytes()));
        InProcess.update(rig.provider());
        Await.until("the new one is there", () -> rig.board("b") != board);
        ByteBuffer value = buffer();
        assertThat(rig.board("b").read(value)).isOne();
        assertThat(value.limit()).isEqualTo(4);
        assertThat(rig.board("b").write(value)).isEqualTo(2);
    }

    /** Made by a C program, found by the file that both know and by its number, taken away with ipcrm. */
    @Test
    void aRegionOfASystemVSegmentIsSharedWithAProgramThatKnowsNothingElse() throws Exception {
        Path both = Files.createFile(rig.file("both-know"));
        rig.configure(Region.PID + "~m", "{\"path\": \"" + both + "\", \"project\": \"A\", \"access\": \"write\"}");
        assertThat(rig.reason("m")).contains("there is no segment of " + both, "start the program");
        Process program = new ProcessBuilder(rig.program("segment").toString(), both.toString(), "5000").start();
        try (BufferedReader said = program.inputReader();
                Writer typed = program.outputWriter()) {
            String key = said.readLine();
            Region region = rig.region("m");
            ByteBuffer bytes = region.bytes();
            assertThat(bytes.capacity()).isEqualTo(5000);
            assertThat(bytes.get(100)).isEqualTo((byte) 42);
            bytes.put(4999, (byte) 7);
            typed.append('\n').flush();
            assertThat(said.readLine()).isEqualTo("7");

            rig.configure(Region.PID + "~n", "{\"key\": \"" + key + "\", \"position\": 90, \"length\": 20}");
            ByteBuffer part = rig.region("n").bytes();
            assertThat(part.capacity()).isEqualTo(20);
            assertThat(part.get(10)).isEqualTo((byte) 42);
            assertThatThrownBy(() -> part.put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
            assertThat(shell("list")).containsPattern("n +region +segment " + key + " +20");

            ShmRig.ran("ipcrm", "-M", key);
            assertThat(rig.reason("m")).contains("there is no segment");
            assertThat(bytes.get(100)).as("detached, and harmless").isZero();
        } finally {
            program.destroyForcibly();
        }
        rig.delete(Region.PID + "~n");
        rig.delete(Region.PID + "~m");
        rig.configure(Region.PID + "~m", "{\"key\": \"0\"}");
        assertThat(rig.reason("m")).contains("other than 0");
    }

    @Test
    void aRegionOfAFileHasItsBoundsAndItsDirection() throws Exception {
        Path mapped = rig.file("region");
        byte[] content = new byte[10_000];
        content[5000] = 42;
        Files.write(mapped, content);
        rig.configure(Region.PID + "~m", "{\"path\": \"" + mapped + "\", \"position\": 5000, \"length\": 100}");
        Region region = rig.region("m");
        ByteBuffer bytes = region.bytes();
        assertThat(bytes.capacity()).isEqualTo(100);
        assertThat(bytes.get(0)).isEqualTo((byte) 42);
        assertThatThrownBy(() -> bytes.put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
        assertThatThrownBy(() -> bytes.get(100)).isInstanceOf(IndexOutOfBoundsException.class);
        rig.delete(Region.PID + "~m");
        assertThat(bytes.get(0))
                .as("the service has gone, the view is harmless")
                .isZero();
        rig.configure(Region.PID + "~m", "{\"path\": \"" + mapped + "\", \"access\": \"write\"}");
        rig.region("m").bytes().put(9_999, (byte) 7);
        assertThat(Files.readAllBytes(mapped)[9_999]).isEqualTo((byte) 7);
        rig.delete(Region.PID + "~m");
        rig.configure(Region.PID + "~m", "{\"path\": \"" + mapped + "\", \"position\": 9000, \"length\": 2000}");
        assertThat(rig.reason("m")).contains("has 10000 bytes there", "is beyond");
        rig.delete(Region.PID + "~m");
        rig.configure(Region.PID + "~m", "{\"path\": \"/dev/uio7\"}");
        assertThat(rig.reason("m")).contains("is a UIO device: say which of its maps");
        rig.delete(Region.PID + "~m");
        rig.configure(Region.PID + "~m", "{\"path\": \"/dev/null\"}");
        assertThat(rig.reason("m")).contains("/dev/null is neither a regular file nor a UIO device");
    }

    @Test
    void theCommandsShowWhatThereIsAndTakeNothing() throws Exception {
        Board board = board("writer");
        board.write(ByteBuffer.wrap("12.5 °C".getBytes()));
        Path ringFile = rig.file("ring");
        rig.configure(Ring.PID + "~r", "{\"path\": \"" + ringFile + "\", \"capacity\": 65536}");
        Ring ring = rig.ring("r");
        try (RingProducer producer = ring.producer()) {
            producer.offer(3, ByteBuffer.wrap("first".getBytes()));
            producer.offer(4, ByteBuffer.wrap(new byte[] {0, 1, (byte) 0xff}));
            producer.claim(5, 8);
            assertThat(shell("list")).containsPattern("r +ring +" + ringFile + " +65536 +48 +live");
            assertThat(shell("list")).containsPattern("b +board +" + file + " +5000 +8 +live");
            assertThat(shell("stat r"))
                    .contains("many-to-one " + ringFile, "48 of 65536 bytes", "longest message  8192 bytes")
                    .contains("process " + ProcessHandle.current().pid() + ", claiming");
            assertThat(shell("tail r")).isEqualTo("""
                            position 0  type 3  5 bytes  first
                            position 16  type 4  3 bytes  0001ff
                            position 32  claimed""");
            assertThat(shell("tail r 1")).isEqualTo("position 32  claimed");
            assertThat(shell("dump r 4096 16")).contains("00001000  0d 00 00 00 03 00 00 00", "first");
        }
        assertThat(shell("tail b")).isEqualTo("number 1  8 bytes  12.5 °C");
        assertThat(shell("stat b"))
                .contains("number 1", "process " + ProcessHandle.current().pid());
        assertThat(shell("header")).isEqualTo(Files.readString(header()).stripTrailing());
        assertThatThrownBy(() -> shell("stat rr"))
                .hasStackTraceContaining("no shared memory \"rr\" is configured, did you mean r?");
        assertThat(ring.statistics().consumerPosition()).isZero();
    }

    private static Path header() {
        return io.callgate.itests.harness.Image.root()
                .resolve("bundles/shm/provider/src/main/resources/include/callgate_shm.h");
    }

    private String shell(String command) throws Exception {
        return rig.framework.shell("shm:" + command);
    }
}
