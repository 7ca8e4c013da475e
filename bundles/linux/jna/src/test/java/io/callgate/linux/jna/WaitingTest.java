// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Door.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.Fd;
import io.callgate.linux.Inotify;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** poll, and the descriptors that exist to be waited for. */
@Timeout(60)
class WaitingTest {

    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);
    private static final int NIO_SIGNAL = 62;

    private final Door door = new Door();
    private final NativeBuffer buffer = door.memory.allocate(64);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void pollTellsWhatIsReadyOrThatNothingIs() throws IOException {
        try (Door.Pipe pipe = door.pipe()) {
            assertThat(door.waiting.poll(pipe.reader(), Ready.IN, Duration.ZERO))
                    .isZero();
            assertThat(door.waiting.poll(pipe.reader(), Ready.IN, Duration.ofMillis(120)))
                    .isZero();
            assertThat(door.waiting.poll(pipe.writer(), Ready.OUT, LONG)).isEqualTo(Ready.OUT);
            door.files.write(pipe.writer(), buffer, 0, 1);
            assertThat(door.waiting.poll(pipe.reader(), Ready.IN, LONG)).isEqualTo(Ready.IN);
            pipe.reader().close();
            assertThat(door.waiting.poll(pipe.writer(), 0, LONG)).isEqualTo(Ready.ERR);
            assertThatThrownBy(() -> door.waiting.poll(pipe.reader(), Ready.IN, LONG))
                    .isInstanceOf(ClosedFdException.class);
        }
    }

    @Test
    void closeEndsTheWait() throws Exception {
        Fd event = door.waiting.eventfd(0);
        FutureTask<Integer> wait = waiting(() -> door.waiting.poll(event, Ready.IN, LONG));
        event.close();
        assertThatThrownBy(() -> wait.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(ClosedFdException.class);
    }

    @Test
    void interruptionEndsTheWait() throws Exception {
        try (Fd event = door.waiting.eventfd(0)) {
            CountDownLatch started = new CountDownLatch(1);
            FutureTask<Integer> wait = new FutureTask<>(() -> {
                started.countDown();
                return door.waiting.poll(event, Ready.IN, LONG);
            });
            Thread thread = new Thread(wait);
            thread.start();
            started.await();
            thread.interrupt();
            assertThatThrownBy(() -> wait.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedIOException.class);
        }
    }

    /** EINTR for real: a signal with a handler that does nothing, NIO's own, sent to the thread in poll(2). */
    @Test
    void aSignalDoesNotEndTheWait() throws Exception {
        Pipe pipe = Pipe.open(); // loads NIO's handler
        pipe.sink().write(ByteBuffer.allocate(1));
        pipe.source().read(ByteBuffer.allocate(1));
        assumeTrue(isCaught(NIO_SIGNAL), "this Java runtime has no harmless signal handler");
        AtomicLong thread = new AtomicLong();
        try (Fd event = door.waiting.eventfd(0)) {
            FutureTask<Integer> wait = waiting(() -> {
                thread.set(door.calls.call("gettid"));
                return door.waiting.poll(event, Ready.IN, LONG);
            });
            while (thread.get() == 0) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 50; i++) {
                door.calls.call("tgkill", ProcessHandle.current().pid(), thread.get(), NIO_SIGNAL);
                assertThat(wait.isDone()).isFalse();
            }
            door.files.write(event, door.number(1), 0, 8);
            assertThat(wait.get(20, TimeUnit.SECONDS)).isEqualTo(Ready.IN);
        }
        pipe.sink().close();
        pipe.source().close();
    }

    private static boolean isCaught(int signal) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            String mask =
                    lines.filter(line -> line.startsWith("SigCgt:")).findAny().orElseThrow();
            return (Long.parseUnsignedLong(mask.substring(7).strip(), 16) >>> signal - 1 & 1) == 1;
        }
    }

    @Test
    void anEventfdCountsAndBlocksWhenFull() throws IOException {
        try (Fd event = door.waiting.eventfd(5)) {
            assertThat(door.files.read(event, buffer, 0, 8)).isEqualTo(8);
            assertThat(buffer.bytes().getLong(0)).isEqualTo(5);
            assertThat(door.files.write(event, door.number(-2), 0, 8)).isEqualTo(8);
            assertThat(door.files.write(event, door.number(1), 0, 8)).isEqualTo(LinuxFiles.WOULD_BLOCK);
            refused(Errno.EINVAL, "write eventfd", () -> door.files.write(event, door.number(-1), 0, 8));
        }
    }

    @Test
    void aTimerFiresAndIsDisarmed() throws IOException {
        try (Fd timer = door.waiting.timerfd();
                Fd event = door.waiting.eventfd(0)) {
            assertThat(door.files.read(timer, buffer, 0, 8)).isEqualTo(LinuxFiles.WOULD_BLOCK);
            door.waiting.arm(timer, Duration.ofMillis(1), Duration.ofMillis(1));
            assertThat(door.waiting.poll(timer, Ready.IN, LONG)).isEqualTo(Ready.IN);
            assertThat(door.files.read(timer, buffer, 0, 8)).isEqualTo(8);
            assertThat(buffer.bytes().getLong(0)).isPositive();
            door.waiting.arm(timer, Duration.ZERO, Duration.ZERO);
            assertThat(door.waiting.poll(timer, Ready.IN, Duration.ofMillis(10)))
                    .isZero();
            refused(Errno.EINVAL, "timerfd_settime timerfd", () -> {
                door.waiting.arm(timer, Duration.ofSeconds(-1), Duration.ZERO);
            });
            refused(Errno.EINVAL, "timerfd_settime eventfd", () -> door.waiting.arm(event, LONG, LONG));
        }
    }

    @Test
    void inotifyTellsRenamesAndRefusals() throws IOException {
        Path file = Files.createFile(folder.resolve("a"));
        try (Inotify inotify = door.waiting.inotify()) {
            assertThat(inotify.read()).isEmpty();
            int watch = inotify.add(folder, Inotify.MOVED_FROM | Inotify.MOVED_TO);
            Files.move(file, folder.resolve("b"));
            List<Inotify.Event> events = inotify.read();
            assertThat(events).extracting(Inotify.Event::name).containsExactly("a", "b");
            assertThat(events).extracting(Inotify.Event::watch).containsOnly(watch);
            assertThat(events.get(0).cookie())
                    .isNotZero()
                    .isEqualTo(events.get(1).cookie());
            assertThat(events.get(1).is(Inotify.MOVED_TO)).isTrue();
            refused(Errno.ENOENT, "inotify_add_watch " + folder, () -> inotify.add(folder.resolve("no"), 1));
            refused(Errno.ENOTDIR, "inotify_add_watch " + folder, () -> inotify.add(folder.resolve("b/no"), 1));
            refused(Errno.EINVAL, "inotify_add_watch " + folder, () -> inotify.add(folder, 0));
            inotify.close();
            assertThatThrownBy(inotify::read).isInstanceOf(ClosedFdException.class);
            assertThatThrownBy(() -> inotify.add(folder, 1)).isInstanceOf(ClosedFdException.class);
        }
    }

    @Test
    void manyEventsAreAllReadAndAnOverflowIsTold() throws IOException {
        Path one = Files.createFile(folder.resolve("one"));
        Path other = Files.createFile(folder.resolve("other"));
        try (Inotify inotify = door.waiting.inotify();
                Fd first = door.files.open(one, OpenFlag.WRONLY);
                Fd second = door.files.open(other, OpenFlag.WRONLY)) {
            String queue = Files.readAllLines(Path.of("/proc/sys/fs/inotify/max_queued_events"))
                    .get(0); // readString would get the first digit
            assumeTrue(Integer.parseInt(queue.strip()) >= 1_000, "fs.inotify.max_queued_events is below 1,000");
            inotify.add(folder, Inotify.MODIFY);
            modify(first, second, 900);
            assertThat(inotify.read()).hasSize(900);
            List<Inotify.Event> events = new ArrayList<>();
            while (events.isEmpty() || !events.get(events.size() - 1).is(Inotify.Q_OVERFLOW)) {
                modify(first, second, 50_000);
                events = inotify.read();
            }
            assertThat(events.get(events.size() - 1)).isEqualTo(new Inotify.Event(-1, Inotify.Q_OVERFLOW, 0, ""));
        }
    }

    /** In turns, since the kernel merges an event with one like it. */
    private void modify(Fd first, Fd second, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            door.files.write(i % 2 == 0 ? first : second, buffer, 0, 1);
        }
    }

    /** In a user namespace of its own, since the limit is everybody's otherwise. */
    @Test
    void aLimitOfInotifyIsNamed() throws Exception {
        Process child = new ProcessBuilder(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        InotifyLimit.class.getName(),
                        folder.toString())
                .redirectError(folder.resolve("stderr").toFile())
                .start();
        String said = new String(child.getInputStream().readAllBytes());
        int status = child.waitFor();
        String complaint = Files.readString(folder.resolve("stderr"));
        assumeTrue(status != InotifyLimit.NOT_PERMITTED && !complaint.startsWith("unshare:"), said + complaint);
        assertThat(said.lines())
                .containsExactly(
                        "inotify_add_watch " + folder + "/3: ENOSPC (No space left on device)",
                        "inotify_init1: EMFILE (Too many open files)");
    }

    private static <T> FutureTask<T> waiting(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }
}
