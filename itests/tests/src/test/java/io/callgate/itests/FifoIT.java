// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.callgate.fifo.Fifo;
import io.callgate.fifo.FifoEndedException;
import io.callgate.fifo.Peer;
import io.callgate.fifo.PeerEvent;
import io.callgate.fifo.PeerListener;
import io.callgate.fifo.RecordListener;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.harness.ProcessFigures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;

/**
 * FIFOs of this machine's kernel, with cat, echo and a program in C at the other end. Names such as pipe08 and fcntl37 are
 * the cases of LTP whose assertion a test makes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FifoIT {

    private static final int UPDATES = Integer.getInteger("callgate.updates", 100);
    private static final int KILLS = Integer.getInteger("callgate.kills", 30);
    private static final int POOLS = 24;
    private static final Duration SOON = Duration.ofSeconds(20);

    private ExecutorService others; // of one test: idle threads may hold what they have called last
    private final long pid = ProcessHandle.current().pid();
    private Path folder;
    private Path path;
    private FifoRig rig;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        rig = new FifoRig(home);
        folder = home;
        path = home.resolve("pipe");
    }

    @BeforeEach
    void startOthers() {
        others = Executors.newCachedThreadPool();
    }

    @AfterAll
    void stop() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    @AfterEach
    void tidyUp() throws Exception {
        others.shutdownNow();
        rig.tidyUp();
        Files.deleteIfExists(path);
    }

    private Fifo reading(String more) throws IOException {
        return rig.fifo("in", path, "read", more);
    }

    private Fifo writing(String more) throws IOException {
        return rig.fifo("out", path, "write", more);
    }

    private BlockingQueue<String> heard(String name) {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        rig.listen(RecordListener.class, (fifo, record) -> heard.add(FifoRig.text(record)), name, 0);
        return heard;
    }

    private static String next(Fifo fifo) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(fifo.recordBytes());
        return fifo.read(record, SOON) ? FifoRig.text(record) : null;
    }

    private static String numbered(long number) {
        return String.format("%019d|%019d|%019d", number, number, number);
    }

    private void echo(String text) throws IOException {
        FifoRig.ran("sh", "-c", "echo '" + text + "' > " + path);
    }

    // ---- the node ----------------------------------------------------------------------------------------------

    @Test
    void mknod01_theNodeIsMadeWithItsModeWhateverTheUmaskAndTakenAsItIs() throws Exception {
        reading(", \"mode\": \"0662\"");
        assertThat(FifoRig.ran("stat", "-c", "%F %a", path.toString())).isEqualTo("fifo 662\n");
        rig.delete("in");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        reading(", \"mode\": \"0662\"");
        assertThat(FifoRig.ran("stat", "-c", "%a", path.toString()))
                .as("not ours to change")
                .isEqualTo("640\n");
    }

    @Test
    void whatIsNoFifoAndASymbolicLinkToOneAreLeftAlone() throws Exception {
        Files.writeString(path, "precious");
        rig.configure("in", "{\"path\": \"" + path + "\"}");
        assertThat(rig.reason("in")).contains(path + " is a regular file, no FIFO");
        assertThat(path).hasContent("precious");
        Files.delete(path);
        Path target = folder.resolve("target");
        FifoRig.ran("mkfifo", target.toString());
        Files.createSymbolicLink(path, target);
        Await.until("the link is said", () -> rig.reason("in").contains("is a symbolic link, no FIFO"));
        Files.delete(path);
        assertThat(rig.fifo("in").path()).isEqualTo(path);
    }

    @Test
    void withoutCreateTheNodeIsWaitedForAndAMissingFolderIsSaid() throws Exception {
        rig.configure("in", "{\"path\": \"" + path + "\", \"create\": false}");
        assertThat(rig.reason("in")).contains("there is no " + path, "\"create\"");
        FifoRig.ran("mkfifo", path.toString());
        rig.fifo("in");
        rig.configure("lost", "{\"path\": \"" + folder + "/no/such/pipe\"}");
        assertThat(rig.reason("lost")).contains("mkdir -p " + folder + "/no/such");
    }

    @Test
    void aNodeThatWasRemovedOrReplacedIsSeenAndMadeAnew() throws Exception {
        Fifo before = reading("");
        BlockingQueue<String> heard = heard("in");
        Files.delete(path);
        Await.until("another service stands for it", () -> rig.fifo("in") != before);
        assertThatThrownBy(() -> next(before)).isInstanceOf(FifoEndedException.class);
        echo("on the new one");
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("on the new one");
    }

    @Test
    void fcntl30_fcntl37_theSizeOfThePipeIsSetOrItIsSaidWhyNot() throws Exception {
        assertThat(reading(", \"pipeBytes\": 200000").statistics().pipeBytes()).isEqualTo(262144);
        rig.configure("huge", "{\"path\": \"" + path + "2\", \"pipeBytes\": 2147483647}");
        assertThat(rig.reason("huge")).isNotEmpty();
    }

    // ---- reading -----------------------------------------------------------------------------------------------

    @Test
    void pipe10_whatEchoWritesIsRead() throws Exception {
        Fifo fifo = reading("");
        ByteBuffer record = ByteBuffer.allocate(fifo.recordBytes());
        assertThat(fifo.peer()).isEqualTo(Peer.ABSENT);
        assertThat(fifo.read(record, Duration.ZERO))
                .as("nobody, and no end of file")
                .isFalse();
        echo("first");
        echo("second\n");
        assertThat(next(fifo)).isEqualTo("first");
        assertThat(next(fifo)).isEqualTo("second");
        assertThat(next(fifo)).as("an empty line is a record").isEmpty();
        assertThat(fifo.read(record, Duration.ofMillis(150))).isFalse();
        assertThat(fifo.statistics().torn()).isZero();
        assertThatThrownBy(() -> fifo.write("x", Duration.ZERO)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> fifo.read(ByteBuffer.allocate(10), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aListenerGetsAllThatWritersWriteAndTheirComingsAndGoings() throws Exception {
        reading("");
        BlockingQueue<PeerEvent> peers = new LinkedBlockingQueue<>();
        rig.listen(PeerListener.class, peers::add, "in", 0);
        BlockingQueue<String> heard = heard("in");
        for (int i = 0; i < 20; i++) {
            echo("record " + i);
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("record " + i);
            assertThat(peers.poll(30, TimeUnit.SECONDS).peer()).isEqualTo(Peer.PRESENT);
            assertThat(peers.poll(30, TimeUnit.SECONDS).peer()).isEqualTo(Peer.ABSENT);
        }
        Process silent = rig.peer("hold-write", path, 0);
        assertThat(peers.poll(30, TimeUnit.SECONDS).peer()).as("without a byte").isEqualTo(Peer.PRESENT);
        silent.destroyForcibly();
        assertThat(peers.poll(30, TimeUnit.SECONDS).peer()).isEqualTo(Peer.ABSENT);
    }

    /** The kernel says "end of file" and "hang up" for ever; whoever asks again at once makes a hundred thousand calls. */
    @Test
    void pipe13_anEndOfFileIsWaitedOutAndNotSpunOn() throws Exception {
        Fifo fifo = reading("");
        BlockingQueue<String> heard = heard("in");
        echo("x");
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("x");
        Await.until("the end is seen", () -> fifo.peer() == Peer.ABSENT);
        long before = reads();
        assertThat(fifo.read(ByteBuffer.allocate(4096), Duration.ofSeconds(1))).isFalse();
        assertThat(reads() - before).isLessThan(2000);
    }

    /** Calls of read(2) and the like that this process has made. */
    private static long reads() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("syscr:"))
                .mapToLong(line -> Long.parseLong(line.substring(6).strip()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void pipe04_pipe09_recordsOfManyWritersAreWhole() throws Exception {
        reading("");
        BlockingQueue<String> heard = heard("in");
        List<Process> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            writers.add(rig.peer("write", path, 5000));
        }
        long[] next = new long[5001];
        for (int i = 0; i < 20000; i++) {
            String record = heard.poll(30, TimeUnit.SECONDS);
            long number = Long.parseLong(record.substring(0, 19));
            assertThat(record).isEqualTo(numbered(number));
            next[(int) number]++;
        }
        for (Process each : writers) {
            assertThat(each.waitFor()).isZero();
        }
        assertThat(java.util.Arrays.stream(next).limit(5000)).allMatch(count -> count == 4);
    }

    @Test
    void lengthsBeforeRecordsAreUnderstood() throws Exception {
        reading(", \"framing\": \"length\"");
        BlockingQueue<String> heard = heard("in");
        rig.peer("write", path, 3000, "length");
        for (int i = 0; i < 3000; i++) {
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(numbered(i));
        }
    }

    @Test
    void fixedAndRawRecords() throws Exception {
        Fifo fifo = reading(", \"framing\": \"fixed\", \"recordBytes\": 3");
        FifoRig.ran("sh", "-c", "printf abcdefgh > " + path);
        assertThat(next(fifo)).isEqualTo("abc");
        assertThat(next(fifo)).isEqualTo("def");
        assertThat(fifo.read(ByteBuffer.allocate(3), Duration.ofMillis(50))).isFalse();
        assertThat(fifo.statistics().torn()).isOne();
        rig.delete("in");
        Fifo raw = reading(", \"framing\": \"raw\"");
        FifoRig.ran("sh", "-c", "printf 'a\\nb' > " + path);
        assertThat(next(raw)).isEqualTo("a\nb");
    }

    @Test
    void aTornAndATooLongRecordAreDroppedAndCountedAndTheNextIsFound() throws Exception {
        Fifo fifo = reading(", \"recordBytes\": 100");
        FifoRig.ran("sh", "-c", "printf 'no newline' > " + path);
        Await.until("the peer has left", () -> fifo.statistics().waitingBytes() > 0);
        assertThat(fifo.read(ByteBuffer.allocate(100), Duration.ofMillis(50))).isFalse();
        Process big = rig.peer("big", path, 200_000);
        Future<String> next = others.submit(() -> next(fifo));
        assertThat(big.waitFor()).isZero();
        echo("short");
        assertThat(next.get(30, TimeUnit.SECONDS)).isEqualTo("short");
        assertThat(fifo.statistics().torn()).isOne();
        assertThat(fifo.statistics().oversized()).isOne();
    }

    @Test
    void aListenerThatIsBusyLeavesTheRestToThePipeAndTheWriterWaits() throws Exception {
        Fifo fifo = reading("");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        BlockingQueue<String> permits = new LinkedBlockingQueue<>();
        rig.listen(
                RecordListener.class,
                (from, record) -> {
                    heard.add(FifoRig.text(record));
                    permits.take();
                },
                "in",
                0);
        Process writer = rig.peer("write", path, 10_000);
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(numbered(0));
        Await.until("the pipe is full", () -> fifo.statistics().waitingBytes() > 60_000);
        assertThat(writer.isAlive()).isTrue();
        for (int i = 1; i < 10_000; i++) {
            permits.add("");
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(numbered(i));
        }
        permits.add("");
        assertThat(writer.waitFor()).isZero();
    }

    @Test
    void aListenerThatLeavesUnderLoadIsSucceededWithoutALoss() throws Exception {
        reading("");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        RecordListener listener = (fifo, record) -> heard.add(FifoRig.text(record));
        rig.peer("write", path, -1);
        long expected = 0;
        for (int i = 0; i < 30; i++) {
            ServiceRegistration<?> one = rig.listen(RecordListener.class, listener, "in", i % 3);
            ServiceRegistration<?> two = rig.listen(RecordListener.class, listener, "in", 1);
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(numbered(expected++));
            rig.unlisten(i % 2 == 0 ? one : two);
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(numbered(expected++));
            rig.unlisten(i % 2 == 0 ? two : one);
            for (String each = heard.poll(); each != null; each = heard.poll()) {
                assertThat(each).isEqualTo(numbered(expected++));
            }
        }
    }

    @Test
    void aWriterMayBeKilledAtAnyTimeAndNoRecordIsTorn() throws Exception {
        reading("");
        BlockingQueue<String> heard = heard("in");
        for (int i = 0; i < KILLS; i++) {
            Process writer = rig.peer("write", path, -1);
            assertThat(heard.poll(30, TimeUnit.SECONDS))
                    .as("a new writer begins anew")
                    .isEqualTo(numbered(0));
            writer.destroyForcibly().waitFor();
            Await.until("its end is seen", () -> rig.fifo("in").peer() == Peer.ABSENT);
            List<String> rest = new ArrayList<>();
            heard.drainTo(rest);
            for (int j = 0; j < rest.size(); j++) {
                assertThat(rest.get(j)).isEqualTo(numbered(j + 1));
            }
        }
        assertThat(rig.fifo("in").statistics().torn()).isZero();
    }

    // ---- writing -----------------------------------------------------------------------------------------------

    @Test
    void pipe08_withoutAReaderNothingIsWrittenAndNothingIsThrown() throws Exception {
        Fifo fifo = writing("");
        assertThat(fifo.peer()).isEqualTo(Peer.ABSENT);
        assertThat(fifo.write("x", Duration.ZERO)).isFalse();
        assertThat(fifo.write("x", Duration.ofMillis(250))).isFalse();
        Future<Boolean> waiting = others.submit(() -> fifo.write("at last", Fifo.FOREVER));
        Process cat = rig.start("cat", path.toString());
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        try (BufferedReader lines = cat.inputReader()) {
            assertThat(FifoRig.line(lines)).isEqualTo("at last");
            assertThat(fifo.peer()).isEqualTo(Peer.PRESENT);
            cat.destroyForcibly().waitFor();
        }
        Await.until("its end is seen", () -> fifo.peer() == Peer.ABSENT);
        assertThat(fifo.write("x", Duration.ZERO)).isFalse();
    }

    @Test
    void pipe12_aFullPipeIsWaitedForUpToTheLimitAndTheRecordIsWholeOrNotThere() throws Exception {
        Fifo fifo = writing("");
        Process reader = rig.peer("hold-read", path, 0);
        assertThat(fifo.write("first", SOON)).isTrue();
        String record = "x".repeat(1000);
        long written = 1;
        while (fifo.write(record, Duration.ZERO)) {
            written++;
        }
        assertThat(fifo.statistics().recordsWritten()).isEqualTo(written);
        assertThat(fifo.write(record, Duration.ofMillis(120))).isFalse();
        reader.destroyForcibly().waitFor();
        Await.until("its end is seen", () -> fifo.peer() == Peer.ABSENT);
        Process next = rig.peer("read", path, written + 1);
        try (BufferedReader lines = next.inputReader()) {
            assertThat(FifoRig.line(lines)).as("what the dead reader left").isEqualTo("first");
            for (long i = 1; i < written; i++) {
                assertThat(FifoRig.line(lines)).isEqualTo(record);
            }
            assertThat(fifo.write("new", SOON)).isTrue();
            assertThat(FifoRig.line(lines)).isEqualTo("new");
        }
    }

    @Test
    void recordsPastPipeBufAreRefusedUnlessNobodyElseWrites() throws Exception {
        Fifo many = writing(", \"recordBytes\": 100000");
        Process first = rig.peer("read", path, 10);
        assertThat(many.write("x".repeat(4095), SOON)).isTrue();
        assertThatThrownBy(() -> many.write("x".repeat(4096), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PIPE_BUF")
                .hasMessageContaining("\"writers\" to one");
        assertThatThrownBy(() -> many.write("a\nb", Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        rig.delete("out");
        assertThat(first.waitFor()).as("it sees the end of file").isZero();
        Fifo one = writing(", \"recordBytes\": 300000, \"writers\": \"one\"");
        Process wc = rig.start("sh", "-c", "head -n 1 " + path + " | wc -c");
        assertThat(one.write("y".repeat(300000), SOON)).isTrue();
        try (BufferedReader lines = wc.inputReader()) {
            assertThat(FifoRig.line(lines).strip()).isEqualTo("300001");
        }
    }

    @Test
    void aReaderMayBeKilledAtAnyTimeAndTheNextGetsWholeRecords() throws Exception {
        Fifo fifo = writing("");
        AtomicLong number = new AtomicLong();
        Future<?> writer = others.submit(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                if (fifo.write(numbered(number.get()), Duration.ofSeconds(1))) {
                    number.incrementAndGet();
                }
            }
            return null;
        });
        for (int i = 0; i < KILLS; i++) {
            Process reader = rig.peer("read", path, Long.MAX_VALUE);
            try (BufferedReader lines = reader.inputReader()) {
                for (int j = 0; j < 20 + i; j++) {
                    String line = FifoRig.line(lines);
                    if (j > 0 || line.length() == 59) { // a killed reader may have taken the first part of a line
                        assertThat(line).isEqualTo(numbered(Long.parseLong(line.substring(0, 19))));
                    }
                }
                reader.destroyForcibly().waitFor();
            }
        }
        writer.cancel(true);
        assertThat(number.get()).isPositive();
    }

    @Test
    void bothEndsAreHeldSoThatPeersNeverWaitAndSeeNoEnd() throws Exception {
        Fifo fifo = rig.fifo("both", path, "both", "");
        assertThat(fifo.peer()).isEqualTo(Peer.UNKNOWN);
        assertThat(fifo.write("kept", Duration.ZERO)).isTrue();
        assertThat(next(fifo)).isEqualTo("kept");
        echo("from outside");
        assertThat(next(fifo)).isEqualTo("from outside");
        Process reader = rig.peer("read", path, 2);
        try (BufferedReader lines = reader.inputReader()) {
            assertThat(fifo.write("to outside", SOON)).isTrue();
            assertThat(FifoRig.line(lines)).isEqualTo("to outside");
            assertThat(reader.isAlive()).isTrue();
        }
    }

    // ---- both directions ---------------------------------------------------------------------------------------

    @Test
    void anInterruptionAndTheEndOfTheServiceEndAWait() throws Exception {
        Fifo in = reading("");
        Fifo out = rig.fifo("out", folder.resolve("pipe2"), "write", "");
        Callable<Boolean> read = () -> in.read(ByteBuffer.allocate(4096), Fifo.FOREVER);
        Callable<Boolean> write = () -> out.write("x", Fifo.FOREVER);
        for (Callable<Boolean> wait : List.of(read, write)) {
            others.submit(() -> {
                        assertThatThrownBy(() -> {
                                    Thread.currentThread().interrupt();
                                    wait.call();
                                })
                                .isInstanceOf(InterruptedIOException.class);
                        return true;
                    })
                    .get(30, TimeUnit.SECONDS);
        }
        Future<Boolean> reading = others.submit(read);
        Future<Boolean> writing = others.submit(write);
        rig.framework.bundle("io.callgate.fifo.provider").stop();
        try {
            assertThatThrownBy(() -> reading.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(FifoEndedException.class);
            assertThatThrownBy(() -> writing.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(FifoEndedException.class);
        } finally {
            rig.framework.bundle("io.callgate.fifo.provider").start();
        }
    }

    @Test
    void readingAndWritingMakeNoGarbage() throws Exception {
        Fifo fifo = rig.fifo("both", path, "both", ", \"framing\": \"length\"");
        ByteBuffer record = ByteBuffer.wrap(new byte[64]);
        ByteBuffer into = ByteBuffer.allocate(fifo.recordBytes());
        Duration second = Duration.ofSeconds(1);
        assertThat(allocated(() -> {
                    fifo.write(record, second);
                    fifo.read(into, second);
                }))
                .isZero();
        assertThat(allocated(() -> fifo.read(into, Duration.ZERO)))
                .as("in vain")
                .isZero();
    }

    private interface Work {
        void run() throws IOException;
    }

    /** The least of some rounds: what happens once is no garbage of a record. */
    private static long allocated(Work work) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 6; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                work.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    @Test
    void noRecordIsLostToldTwiceOrTornAndNoWriterGetsEpipeWhileTheProviderIsUpdated() throws Exception {
        reading("");
        AtomicLong next = new AtomicLong();
        BlockingQueue<String> wrong = new LinkedBlockingQueue<>();
        rig.listen(
                RecordListener.class,
                (fifo, record) -> {
                    String text = FifoRig.text(record);
                    if (!text.equals(numbered(next.getAndIncrement()))) {
                        wrong.add(text + " instead of " + (next.get() - 1));
                    }
                },
                "in",
                0);
        Process writer = rig.peer("write", path, -1);
        Await.until("records come", () -> next.get() > 1000);
        ProcessFigures base = ProcessFigures.of(pid).withoutMemory();
        List<WeakReference<ClassLoader>> left = updateUnderLoad(next, wrong, writer);
        writer.destroyForcibly().waitFor();
        awaitBase(left, base);
        assertThat(wrong).isEmpty();
        System.out.printf("fifo: %d records read during %d updates%n", next.get(), UPDATES);
    }

    @Test
    void noRecordIsLostAndTheReaderSeesNoEndOfFileWhileTheProviderIsUpdated() throws Exception {
        writing("");
        AtomicLong number = new AtomicLong();
        BlockingQueue<String> wrong = new LinkedBlockingQueue<>();
        Process reader = rig.peer("check", path, 0);
        AtomicBoolean stop = new AtomicBoolean();
        Future<?> writer = others.submit(() -> {
            while (!stop.get()) {
                try {
                    if (rig.fifo("out").write(numbered(number.get()), Duration.ofSeconds(5))) {
                        number.incrementAndGet();
                    }
                } catch (FifoEndedException e) {
                    Thread.onSpinWait(); // bound anew
                }
            }
            return null;
        });
        Await.until("records go", () -> number.get() > 1000);
        ProcessFigures base = ProcessFigures.of(pid).withoutMemory();
        List<WeakReference<ClassLoader>> left;
        try {
            left = updateUnderLoad(number, wrong, reader);
        } finally {
            stop.set(true);
            writer.get(30, TimeUnit.SECONDS);
        }
        assertThat(rig.fifo("out").write("last", SOON)).isTrue();
        try (BufferedReader lines = reader.inputReader()) {
            assertThat(FifoRig.line(lines)).isEqualTo(Long.toString(number.get()));
        }
        awaitBase(left, base);
        System.out.printf("fifo: %d records written during %d updates%n", number.get(), UPDATES);
    }

    private List<WeakReference<ClassLoader>> updateUnderLoad(
            AtomicLong progress, BlockingQueue<String> wrong, Process peer) {
        Bundle provider = rig.framework.bundle("io.callgate.fifo.provider");
        List<WeakReference<ClassLoader>> left = new ArrayList<>();
        for (int i = 0; i < UPDATES; i++) {
            left.add(new WeakReference<>(provider.adapt(BundleWiring.class).getClassLoader()));
            InProcess.update(provider);
            long before = progress.get();
            Await.until("records flow after update " + i, SOON, () -> progress.get() > before);
            assertThat(wrong).as("update %d", i).isEmpty();
            assertThat(peer.isAlive())
                    .as("the peer noticed nothing in update %d", i)
                    .isTrue();
        }
        return left;
    }

    /** The pools of listeners and drivers may be full by now, and idle threads of theirs live for a while. */
    private void awaitBase(List<WeakReference<ClassLoader>> left, ProcessFigures base) {
        others.shutdownNow();
        Await.until("class loaders of left versions are collected", Duration.ofSeconds(60), () -> {
            System.gc();
            return left.stream().allMatch(each -> each.get() == null);
        });
        Await.until("descriptors and threads are back to base", () -> {
            ProcessFigures now = ProcessFigures.of(pid);
            return now.descriptors() <= base.descriptors() && now.threads() <= base.threads() + POOLS;
        });
    }
}
