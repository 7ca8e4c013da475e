// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.harness.ProcessFigures;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.mqueue.MachineQueues;
import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.MessageQueue;
import io.callgate.mqueue.QueueGoneException;
import io.callgate.mqueue.QueueInfo;
import io.callgate.mqueue.Selection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Message queues of this machine's kernel, with programs in C and Python at the other end. Names such as mqSend_3_1 and
 * msgrcv06 are the cases of the Open POSIX Test Suite and of LTP whose assertion a test makes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MqueueIT {

    private static final int UPDATES = Integer.getInteger("callgate.updates", 200);
    private static final int KILLS = 20;
    private static final String POSIX = MessageQueue.POSIX_PID;
    private static final String SYSV = MessageQueue.SYSTEM_V_PID;
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Of this process, so that two runs on one machine do not meet. */
    private final long pid = ProcessHandle.current().pid();

    private final String address = "/callgate-it-" + pid;
    private final String key = "0x" + Long.toHexString(0x5ca11000L + pid % 0x1000);
    private final ExecutorService others = Executors.newCachedThreadPool();
    private MqueueRig rig;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/sys/fs/mqueue")), "this kernel has no POSIX queues");
        assumeTrue(Files.exists(Path.of("/proc/sysvipc/msg")), "this kernel has no System V queues");
        rig = new MqueueRig(home);
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
        assertThat(MqueueRig.queueThreads()).as("threads that queues have left").isEmpty();
    }

    private MessageQueue posix(String more) throws IOException {
        rig.configure(POSIX + "~p", "{\"queue\": \"" + address + "\", \"unlink\": \"always\"" + more + "}");
        return rig.queue("p");
    }

    private MessageQueue sysv(String more) throws IOException {
        rig.configure(SYSV + "~s", "{\"key\": \"" + key + "\", \"unlink\": \"always\"" + more + "}");
        return rig.queue("s");
    }

    /** The queue of a kind, and by what a peer knows it. */
    private MessageQueue queue(String kind) throws IOException {
        return kind.equals("posix") ? posix("") : sysv("");
    }

    private String peers(String kind) {
        return kind.equals("posix") ? address : key;
    }

    private static List<String> received(MessageQueue queue) throws IOException {
        MessageBuffer buffer = queue.allocate();
        List<String> texts = new ArrayList<>();
        while (queue.receive(buffer, Duration.ZERO)) {
            texts.add(buffer.text());
        }
        return texts;
    }

    private static void sent(MessageQueue queue, String text) throws IOException {
        assertThat(queue.send(queue.allocate().put(text), Duration.ZERO)).isTrue();
    }

    // ---- POSIX -------------------------------------------------------------------------------------------------

    @Test
    void mqSend_3_1_mqReceive_1_1_theOldestOfTheHighestPriorityComesFirst() throws Exception {
        MessageQueue queue = posix("");
        MessageBuffer buffer = queue.allocate();
        for (int priority : new int[] {1, 32767, 1, 5}) {
            assertThat(queue.send(buffer.put("p" + priority).priority(priority), Duration.ZERO))
                    .isTrue();
        }
        assertThat(rig.peerRan("posix", "receive", address, 2, 0)).isEqualTo("32767 p32767\n5 p5\n");
        assertThat(received(queue)).containsExactly("p1", "p1");
    }

    @Test
    void mqSend_4_1_andMqSend_9_1_whatTheKernelRefusesIsRefusedBefore() throws Exception {
        MessageQueue queue = posix(", \"maxMessageBytes\": 8");
        MessageBuffer buffer = queue.allocate();
        assertThatThrownBy(() -> buffer.priority(32768)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> buffer.put("nine byte")).isInstanceOf(IllegalArgumentException.class);
        assertThat(queue.send(buffer.put(""), Duration.ZERO))
                .as("mqSend_2_1: no byte is a message")
                .isTrue();
        assertThat(queue.receive(buffer, Duration.ZERO)).isTrue();
        assertThat(buffer.length()).isZero();
    }

    @Test
    void mqOpen_1_1_mqGetattr_2_1_aNewQueueIsAsConfigured() throws Exception {
        MessageQueue queue = posix(", \"maxMessages\": 3, \"maxMessageBytes\": 77, \"mode\": \"0662\"");
        assertThat(queue.maxMessageBytes()).isEqualTo(77);
        sent(queue, "12345");
        assertThat(queue.statistics().messages()).isOne();
        assertThat(queue.statistics().bytes()).isEqualTo(5);
        assertThat(queue.statistics().maxMessages()).isEqualTo(3);
        if (mounted()) {
            assertThat(info(address).mode()).as("whatever the umask").isEqualTo(0662);
        }
    }

    @Test
    void mqSend_5_1_mqTimedsend_5_1_aFullQueueIsWaitedForUpToTheLimit() throws Exception {
        MessageQueue queue = posix(", \"maxMessages\": 2");
        sent(queue, "1");
        sent(queue, "2");
        MessageBuffer buffer = queue.allocate().put("3");
        assertThat(queue.send(buffer, Duration.ZERO)).as("mqSend_6_1").isFalse();
        assertThat(queue.send(buffer, Duration.ofMillis(150)))
                .as("mqTimedsend_15_1")
                .isFalse();
        Future<Boolean> waiting = others.submit(() -> queue.send(buffer, MessageQueue.FOREVER));
        assertThat(rig.peerRan("posix", "receive", address, 1, 0)).isEqualTo("0 1\n");
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(received(queue)).containsExactly("2", "3");
    }

    @Test
    void mqReceive_5_1_mqTimedreceive_5_1_anEmptyQueueIsWaitedForUpToTheLimit() throws Exception {
        MessageQueue queue = posix("");
        MessageBuffer buffer = queue.allocate();
        assertThat(queue.receive(buffer, Duration.ZERO)).as("mqReceive_7_1").isFalse();
        long begin = System.nanoTime();
        assertThat(queue.receive(buffer, Duration.ofMillis(250)))
                .as("mqTimedreceive_17_1")
                .isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
        Future<Boolean> waiting = others.submit(() -> queue.receive(buffer, MessageQueue.FOREVER));
        rig.peerRan("posix", "send", address, 1, 7);
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(buffer.priority()).isEqualTo(7);
    }

    @Test
    void mqOpen_11_1_mqReceive_11_1_onlyTheConfiguredDirection() throws Exception {
        MessageQueue queue = posix(", \"access\": \"receive\"");
        assertThatThrownBy(() -> queue.send(queue.allocate().put("x"), Duration.ZERO))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
        rig.configure(POSIX + "~out", "{\"queue\": \"" + address + "\", \"access\": \"send\"}");
        MessageQueue out = rig.queue("out");
        sent(out, "x");
        assertThatThrownBy(() -> out.receive(out.allocate(), Duration.ZERO)).isInstanceOf(ErrnoException.class);
        assertThat(out.statistics().messages()).isOne();
        assertThat(received(queue)).containsExactly("x");
    }

    @Test
    void mqOpen_21_1_anExclusiveQueueIsRefusedIfSomebodyElseMadeIt() throws Exception {
        rig.peerRan("posix", "create", address, 0, 0);
        rig.configure(POSIX + "~p", "{\"queue\": \"" + address + "\", \"open\": \"exclusive\"}");
        assertThat(rig.reason("p")).contains(address + " is there already", "mq:unlink " + address);
        machine("posix").unlink(address);
        MessageQueue queue = rig.queue("p");
        sent(queue, "kept");
        rig.bundle("io.callgate.mqueue.posix").stop();
        rig.bundle("io.callgate.mqueue.posix").start();
        assertThat(received(rig.queue("p"))).as("ours after a restart").containsExactly("kept");
        rig.delete(POSIX + "~p");
        assertThatThrownBy(() -> machine("posix").unlink(address)).hasMessageContaining("there is no queue");
    }

    @Test
    void mqUnlink_2_1_aQueueThatSomebodyUnlinkedIsSaidAndMadeAnew() throws Exception {
        MessageQueue queue = posix("");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        rig.listen("p", 0, (from, message) -> heard.add(message.text()));
        machine("posix").unlink(address);
        Await.until("another service stands for it", () -> rig.queue("p") != queue);
        assertThatThrownBy(() -> queue.receive(queue.allocate(), Duration.ZERO)).isInstanceOf(QueueGoneException.class);
        rig.peerRan("posix", "send", address, 1, 0);
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("0");
    }

    @Test
    void mqOpen_EINVAL_theSizeThatIsTooLargeIsExplained() throws Exception {
        rig.configure(
                POSIX + "~p", "{\"queue\": \"" + address + "\", \"maxMessages\": 300, \"maxMessageBytes\": 8192}");
        assertThat(rig.reason("p"))
                .contains(
                        mayExceed()
                                ? "300 messages of 8192 bytes need 2486400 bytes, but RLIMIT_MSGQUEUE is"
                                : "maxMessages is 300, but fs.mqueue.msg_max is");
    }

    /** Whether this process has CAP_SYS_RESOURCE, for which the machine's limits do not hold. */
    private static boolean mayExceed() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >>> 24 & 1) == 1);
    }

    /** The kernel's own arithmetic: one byte less than it needs is refused by it, and that is what we say. */
    @Test
    void mqOpen_EMFILE_whatWeSayThatAQueueNeedsIsWhatTheKernelCounts() throws Exception {
        long needed = 4 * (100 + 48) + 4 * 48;
        String limit = Long.toString(pid);
        String before = MqueueRig.ran(List.of("prlimit", "--pid", limit, "--msgqueue", "--output=SOFT", "--noheadings"))
                .strip();
        String configuration = "{\"queue\": \"" + address
                + "\", \"unlink\": \"always\", \"maxMessages\": 4, \"maxMessageBytes\": 100}";
        try {
            MqueueRig.ran(List.of("prlimit", "--pid", limit, "--msgqueue=" + (needed - 1) + ":"));
            rig.configure(POSIX + "~p", configuration);
            assertThat(rig.reason("p")).contains("need " + needed + " bytes, but RLIMIT_MSGQUEUE is " + (needed - 1));
            MqueueRig.ran(List.of("prlimit", "--pid", limit, "--msgqueue=" + needed + ":"));
            Await.until(
                    "with one byte more it is made, unless other queues use some",
                    () -> rig.isLive("p") || rig.reason("p").contains("other queues leave less"));
            assumeTrue(rig.isLive("p"), "other queues of this user count as well: mq:list");
        } finally {
            MqueueRig.ran(List.of("prlimit", "--pid", limit, "--msgqueue=" + before + ":"));
        }
    }

    @Test
    void mqOpen_29_1_aNameThatIsNoneIsSaid() throws Exception {
        rig.configure(POSIX + "~p", "{\"queue\": \"/" + "x".repeat(256) + "\"}");
        assertThat(rig.reason("p")).contains("longer than 255 bytes");
        rig.delete(POSIX + "~p");
        rig.configure(POSIX + "~p", "{\"queue\": \"/" + "x".repeat(255) + "\", \"unlink\": \"always\"}");
        sent(rig.queue("p"), "the longest name");
    }

    private static boolean mounted() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream().anyMatch(line -> line.contains(" mqueue "));
    }

    // ---- System V ----------------------------------------------------------------------------------------------

    @Test
    void msgrcv01_msgrcv07_messagesAreSelectedByType() throws Exception {
        MessageQueue queue = sysv("");
        for (long type : new long[] {7, 3, 5}) {
            rig.peerRan("sysv", "send", key, 1, type);
        }
        MessageBuffer buffer = queue.allocate();
        assertThat(queue.receive(buffer, Selection.equal(4), Duration.ZERO))
                .as("msgrcv03: ENOMSG")
                .isFalse();
        assertThat(queue.receive(buffer, Selection.except(7), Duration.ZERO)).isTrue();
        assertThat(buffer.type()).isEqualTo(3);
        assertThat(queue.receive(buffer, Selection.upTo(6), Duration.ZERO)).isTrue();
        assertThat(buffer.type()).isEqualTo(5);
        assertThat(queue.receive(buffer, Selection.any(), Duration.ZERO)).isTrue();
        assertThat(buffer.type()).isEqualTo(7);
        assertThat(queue.send(buffer.put("to C").type(9), Duration.ZERO)).isTrue();
        assertThat(rig.peerRan("sysv", "receive", key, 1, 9)).isEqualTo("9 to C\n");
    }

    @Test
    void msgrcv02_aMessageThatIsTooLongStaysAndIsSaid() throws Exception {
        MessageQueue queue = sysv(", \"maxMessageBytes\": 1");
        rig.peerRan("sysv", "send", key, 11, 1);
        MessageBuffer buffer = queue.allocate();
        for (int i = 0; i < 10; i++) {
            assertThat(queue.receive(buffer, Duration.ZERO)).isTrue();
        }
        assertThatThrownBy(() -> queue.receive(buffer, Duration.ZERO)).hasMessageContaining("longer than 1 bytes");
        assertThat(queue.statistics().messages()).isOne();
    }

    @Test
    void msgrcv06_msgsnd06_whoWaitsForAQueueThatIsRemovedIsTold() throws Exception {
        MessageQueue queue = sysv("");
        Future<Boolean> waiting = others.submit(() -> queue.receive(queue.allocate(), MessageQueue.FOREVER));
        awaitAReader(queue);
        MqueueRig.ran(List.of("ipcrm", "-Q", key));
        assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(QueueGoneException.class)
                .hasMessageContaining("was removed by somebody");
        Await.until("another service stands for it", () -> rig.queue("s") != queue);
        sent(rig.queue("s"), "in the new one");
    }

    @Test
    void msgsnd05_aFullQueueIsWaitedForUpToTheLimit() throws Exception {
        MessageQueue queue = sysv(", \"maxBytes\": 4");
        sent(queue, "1234");
        MessageBuffer buffer = queue.allocate().put("5");
        assertThat(queue.send(buffer, Duration.ZERO)).isFalse();
        long begin = System.nanoTime();
        assertThat(queue.send(buffer, Duration.ofMillis(120))).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(120));
        Future<Boolean> waiting = others.submit(() -> queue.send(buffer, MessageQueue.FOREVER));
        assertThat(rig.peerRan("sysv", "receive", key, 1, 0)).isEqualTo("1 1234\n");
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void msgctl01_ipcsAndWeSayTheSame() throws Exception {
        MessageQueue queue = sysv("");
        Process peer = rig.peer("sysv", "send", key, 3, 1);
        assertThat(peer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(MqueueRig.ran(List.of("ipcs", "-q")))
                .containsPattern(key + " +\\d+ +root +600 +3 +3")
                .as("bytes and messages");
        assertThat(queue.statistics().messages()).isEqualTo(3);
        assertThat(queue.statistics().bytes()).isEqualTo(3);
        assertThat(queue.statistics().lastSent().orElseThrow().pid()).isEqualTo(peer.pid());
        assertThat(queue.statistics().lastSent().orElseThrow().time())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
        assertThat(queue.statistics().lastReceived()).isEmpty();
        received(queue);
        assertThat(queue.statistics().lastReceived().orElseThrow().pid()).isEqualTo(pid);
    }

    @Test
    void msgget02_theKeyOfAFileIsTheOneOfFtok() throws Exception {
        assumeTrue(MqueueRig.hasPython(), "there is no python3 with ctypes to ask for ftok");
        Path file = Files.createTempFile("callgate", ".key");
        rig.configure(SYSV + "~f", "{\"path\": \"" + file + "\", \"project\": \"Q\", \"unlink\": \"always\"}");
        MessageQueue queue = rig.queue("f");
        String ftok = MqueueRig.ran(List.of(
                        "python3",
                        "-c",
                        "import ctypes,sys;print(hex(ctypes.CDLL(None).ftok(sys.argv[1].encode(),ord('Q'))&0xffffffff))",
                        file.toString()))
                .strip();
        assertThat(queue.address()).isEqualTo(ftok);
        Files.delete(file);
    }

    @Test
    void itsThreadIsStoppedWheneverTheBundleStops() throws Exception {
        sysv("");
        for (int round = 0; round < 50; round++) {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            ServiceRegistration<?> listener = rig.listen("s", 0, (queue, message) -> heard.add(message.text()));
            Await.until("the queue has a thread", () -> MqueueRig.queueThreads().size() == 1);
            if (round % 2 == 0) {
                rig.bundle("io.callgate.mqueue.sysv").stop();
                assertThat(MqueueRig.queueThreads()).isEmpty();
                rig.bundle("io.callgate.mqueue.sysv").start();
                rig.queue("s");
            }
            rig.unlisten(listener);
            assertThat(MqueueRig.queueThreads()).isEmpty();
        }
    }

    /** A thread that waits in msgrcv does not run: the kernel says where it is. */
    private void awaitAReader(MessageQueue queue) {
        Await.until("somebody waits for " + queue, () -> {
            try (var tasks = Files.list(Path.of("/proc/self/task"))) {
                return tasks.anyMatch(task -> isInMsgrcv(task));
            }
        });
    }

    /** The number of msgrcv on x86-64 and aarch64. */
    private static boolean isInMsgrcv(Path task) {
        try {
            return Files.readAllLines(task.resolve("syscall")).get(0).matches("(70|188) .*");
        } catch (IOException ended) {
            return false;
        }
    }

    // ---- both --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"posix", "sysv"})
    void aListenerGetsAllThatAPeerSendsInOrder(String kind) throws Exception {
        queue(kind);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        rig.listen(kind.substring(0, 1), 0, (queue, message) -> heard.add(message.text()));
        rig.peerRan(kind, "send", peers(kind), 5000, 1);
        for (int i = 0; i < 5000; i++) {
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(Integer.toString(i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"posix", "sysv"})
    void pythonMayBeTheOtherEnd(String kind) throws Exception {
        assumeTrue(MqueueRig.hasPython(), "there is no python3 with ctypes");
        MessageQueue queue = queue(kind);
        rig.python(kind, peers(kind), "from Python", 3);
        MessageBuffer buffer = queue.allocate();
        assertThat(queue.receive(buffer, Duration.ofSeconds(30))).isTrue();
        assertThat(buffer.text()).isEqualTo("from Python");
        assertThat(kind.equals("posix") ? buffer.priority() : buffer.type()).isEqualTo(3L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"posix", "sysv"})
    void aListenerThatIsBusyLeavesTheMessagesInTheKernel(String kind) throws Exception {
        MessageQueue queue = queue(kind);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        BlockingQueue<String> permits = new LinkedBlockingQueue<>();
        rig.listen(kind.substring(0, 1), 0, (from, message) -> {
            heard.add(message.text());
            permits.take();
        });
        rig.peerRan(kind, "send", peers(kind), 3, 1);
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("0");
        assertThat(queue.statistics().messages()).isEqualTo(2);
        permits.addAll(List.of("", "", ""));
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("1");
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"posix", "sysv"})
    void mqReceive_13_1_msgrcv05_anInterruptionAndTheEndOfTheServiceEndAWait(String kind) throws Exception {
        MessageQueue queue = queue(kind);
        Callable<Boolean> wait = () -> queue.receive(queue.allocate(), MessageQueue.FOREVER);
        Future<Boolean> interrupted = others.submit(wait);
        Future<Boolean> ended = others.submit(wait);
        others.submit(() -> {
                    assertThatThrownBy(() -> {
                                Thread.currentThread().interrupt();
                                wait.call();
                            })
                            .isInstanceOf(InterruptedIOException.class);
                    return true;
                })
                .get(30, TimeUnit.SECONDS);
        interrupted.cancel(true);
        rig.bundle("io.callgate.mqueue." + kind).stop();
        try {
            assertThatThrownBy(() -> ended.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(QueueGoneException.class);
        } finally {
            rig.bundle("io.callgate.mqueue." + kind).start();
        }
        rig.queue(kind.substring(0, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"posix", "sysv"})
    void sendingAndReceivingMakeNoGarbage(String kind) throws Exception {
        MessageQueue queue = queue(kind);
        MessageBuffer buffer = queue.allocate().put("some bytes");
        Duration second = Duration.ofSeconds(1);
        assertThat(allocated(() -> {
                    queue.send(buffer, Duration.ZERO);
                    queue.receive(buffer, Duration.ZERO);
                }))
                .as("without waiting")
                .isZero();
        assertThat(allocated(() -> {
                    queue.send(buffer, second);
                    queue.receive(buffer, second);
                }))
                .as("with a limit")
                .isZero();
        assertThat(allocated(() -> queue.receive(buffer, Duration.ZERO)))
                .as("in vain")
                .isZero();
    }

    private interface Work {
        void run() throws IOException;
    }

    /** The least of some rounds: what happens once is no garbage of a message. */
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

    @ParameterizedTest
    @ValueSource(strings = {"posix", "sysv"})
    void aPeerMayBeKilledAtAnyTimeAtEitherEnd(String kind) throws Exception {
        MessageQueue queue = queue(kind);
        BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
        ServiceRegistration<?> listener =
                rig.listen(kind.substring(0, 1), 0, (from, message) -> heard.add(Long.parseLong(message.text())));
        for (int i = 0; i < KILLS; i++) {
            Process writer = rig.peer(kind, "flood", peers(kind), -1, 1);
            long first = heard.poll(30, TimeUnit.SECONDS);
            writer.destroyForcibly().waitFor();
            assertThat(first).as("a new writer begins anew").isZero();
            assertThat(queue.send(queue.allocate().put("-1"), Duration.ofSeconds(30)))
                    .as("a word behind all that the writer sent")
                    .isTrue();
            List<Long> rest = new ArrayList<>();
            for (long next = heard.poll(30, TimeUnit.SECONDS); next != -1; next = heard.poll(30, TimeUnit.SECONDS)) {
                rest.add(next);
            }
            for (int j = 0; j < rest.size(); j++) {
                assertThat(rest.get(j)).isEqualTo(j + 1);
            }
        }
        rig.unlisten(listener);
        Process reader = rig.peer(kind, "receive", peers(kind), 1000, 0);
        sent(queue, "taken");
        try (BufferedReader lines = reader.inputReader()) {
            assertThat(MqueueRig.line(lines)).endsWith("taken");
        }
        reader.destroyForcibly().waitFor();
        sent(queue, "stays");
        assertThat(received(queue)).containsExactly("stays");
    }

    @ParameterizedTest
    @ValueSource(strings = {"posix", "sysv"})
    void noMessageIsLostToldTwiceOrOutOfOrderWhileItsProviderIsUpdated(String kind) throws Exception {
        queue(kind);
        AtomicLong next = new AtomicLong();
        BlockingQueue<String> wrong = new LinkedBlockingQueue<>();
        rig.listen(kind.substring(0, 1), 0, (queue, message) -> {
            long number = Long.parseLong(message.text());
            if (!next.compareAndSet(number, number + 1)) {
                wrong.add("told " + number + " after " + next.get());
            }
        });
        Process writer = rig.peer(kind, "flood", peers(kind), -1, 1);
        Bundle provider = rig.bundle("io.callgate.mqueue." + kind);
        Await.until("messages come", () -> next.get() > 1000);
        ProcessFigures base = ProcessFigures.of(pid).withoutMemory();
        List<WeakReference<ClassLoader>> left = new ArrayList<>();
        for (int i = 0; i < UPDATES; i++) {
            left.add(new WeakReference<>(provider.adapt(BundleWiring.class).getClassLoader()));
            InProcess.update(provider);
            long before = next.get();
            Await.until("messages come after update " + i, SOON, () -> next.get() > before);
            assertThat(wrong).as("update %d", i).isEmpty();
        }
        writer.destroyForcibly().waitFor();
        Await.until(
                "the rest is told",
                () -> rig.queue(kind.substring(0, 1)).statistics().messages() == 0);
        assertThat(wrong).isEmpty();
        Await.until("class loaders of left versions are collected", Duration.ofSeconds(60), () -> {
            System.gc();
            return left.stream().allMatch(each -> each.get() == null);
        });
        Await.until("descriptors and threads are back to base", () -> {
            ProcessFigures now = ProcessFigures.of(pid);
            return now.descriptors() <= base.descriptors() && now.threads() <= base.threads() + 1;
        });
        System.out.printf("%s: %d messages during %d updates%n", kind, next.get(), UPDATES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"posix", "sysv"})
    void aListenerThatLeavesUnderLoadIsSucceededWithoutALoss(String kind) throws Exception {
        queue(kind);
        BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
        Process writer = rig.peer(kind, "flood", peers(kind), -1, 1);
        long expected = 0;
        for (int i = 0; i < 30; i++) {
            ServiceRegistration<?> one = rig.listen(
                    kind.substring(0, 1), i % 3, (queue, message) -> heard.add(Long.parseLong(message.text())));
            ServiceRegistration<?> two =
                    rig.listen(kind.substring(0, 1), 1, (queue, message) -> heard.add(Long.parseLong(message.text())));
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(expected++);
            rig.unlisten(i % 2 == 0 ? one : two);
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(expected++);
            rig.unlisten(i % 2 == 0 ? two : one);
            for (Long each = heard.poll(); each != null; each = heard.poll()) {
                assertThat(each).isEqualTo(expected++);
            }
        }
        writer.destroyForcibly().waitFor();
    }

    @ParameterizedTest
    @ValueSource(strings = {"posix", "sysv"})
    void everyQueueOfTheMachineIsListedWithWhoUsesIt(String kind) throws Exception {
        assumeTrue(
                kind.equals("sysv") || mounted(), "no mqueue file system is mounted: mount -t mqueue none /dev/mqueue");
        rig.peerRan(kind, "create", peers(kind), 0, 0);
        try {
            assertThat(info(peers(kind)).users()).as("an orphan").isEmpty();
            assertThat(info(peers(kind)).mode()).isEqualTo(0600);
            assertThat(info(peers(kind)).owner()).isEqualTo(System.getProperty("user.name"));
            Process reader = rig.peer(kind, "receive", peers(kind), 2, 0);
            rig.peerRan(kind, "send", peers(kind), 1, 1);
            Await.until("the reader is seen", () -> info(peers(kind)).users().contains(reader.pid()));
        } finally {
            machine(kind).unlink(peers(kind));
        }
        assertThat(machine(kind).list()).extracting(QueueInfo::address).doesNotContain(peers(kind));
    }

    private MachineQueues machine(String kind) {
        return (MachineQueues) rig.framework.service(MachineQueues.class.getName(), "(mqueue.kind=" + kind + ")");
    }

    private QueueInfo info(String of) throws IOException {
        return machine(of.startsWith("/") ? "posix" : "sysv").list().stream()
                .filter(each -> each.address().equals(of))
                .findFirst()
                .orElseThrow(() -> new AssertionError(of + " is not listed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"posix", "sysv"})
    void aQueueThatWasMadeHereGoesWithItsConfigurationAndAnothersStays(String kind) throws Exception {
        String own = kind.equals("posix") ? "\"queue\": \"" + address + "\"" : "\"key\": \"" + key + "\"";
        String pidOf = (kind.equals("posix") ? POSIX : SYSV) + "~own";
        rig.configure(pidOf, "{" + own + "}");
        rig.queue("own");
        rig.delete(pidOf);
        assertThatThrownBy(() -> machine(kind).unlink(peers(kind))).hasMessageContaining("there is no queue");
        rig.peerRan(kind, "create", peers(kind), 0, 0);
        rig.configure(pidOf, "{" + own + "}");
        rig.queue("own");
        rig.delete(pidOf);
        machine(kind).unlink(peers(kind));
    }
}
