// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Door.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.EventLoop.ReadyHandler;
import io.callgate.linux.EventLoop.Registration;
import io.callgate.linux.Fd;
import io.callgate.linux.Inotify;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The one thread that waits: what it calls, in which order, and how that ends. */
@Timeout(60)
class EventLoopTest {

    private static final long DEADLINE_SECONDS = 20;

    private final Door door = new Door();
    private final BundleEventLoop loop = door.loop();
    private final NativeBuffer one = door.number(1);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        loop.close();
        door.close();
    }

    @Test
    void aReadyDescriptorCallsItsHandlerOnTheLoopsThread() throws Exception {
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        NativeBuffer buffer = door.memory.allocate(8);
        try (Fd event = door.waiting.eventfd(0);
                Registration registration = loop.watch(event, Ready.IN, ready -> {
                    door.files.read(event, buffer, 0, 8);
                    calls.add(Thread.currentThread().getName() + " " + ready + " "
                            + buffer.bytes().getLong(0) + " " + loop.isLoopThread());
                })) {
            door.files.write(event, one, 0, 8);
            assertThat(next(calls)).isEqualTo("callgate-event-loop 1 1 true");
            door.files.write(event, door.number(7), 0, 8);
            assertThat(next(calls)).isEqualTo("callgate-event-loop 1 7 true");
            assertThat(loop.isLoopThread()).isFalse();
        }
    }

    @Test
    void aPipeTellsRoomDataAndHangUp() throws Exception {
        BlockingQueue<Integer> changes = new LinkedBlockingQueue<>();
        try (Door.Pipe pipe = door.pipe()) {
            try (Registration writable = loop.watch(pipe.writer(), Ready.OUT, changes(changes))) {
                assertThat(next(changes)).isEqualTo(Ready.OUT);
            }
            try (Registration readable = loop.watch(pipe.reader(), Ready.IN, changes(changes))) {
                door.files.write(pipe.writer(), one, 0, 8);
                assertThat(next(changes)).isEqualTo(Ready.IN);
                pipe.writer().close();
                assertThat(next(changes)).isEqualTo(Ready.IN | Ready.HUP);
            }
        }
        assertThat(changes).isEmpty();
    }

    /** What is ready stays ready here, and is told again and again: only what differs is noted. */
    private static ReadyHandler changes(BlockingQueue<Integer> changes) {
        AtomicInteger last = new AtomicInteger();
        return ready -> {
            if (last.getAndSet(ready) != ready) {
                changes.add(ready);
            }
        };
    }

    @Test
    void timersFireOnceOrAgain() throws Exception {
        BlockingQueue<Long> single = new LinkedBlockingQueue<>();
        BlockingQueue<Long> repeated = new LinkedBlockingQueue<>();
        long descriptors = openDescriptors();
        loop.timer(Duration.ZERO, Duration.ZERO, single::add);
        try (Registration ticking = loop.timer(Duration.ofMillis(1), Duration.ofMillis(1), repeated::add)) {
            assertThat(next(single)).isEqualTo(1);
            long expirations = 0;
            while (expirations < 5) {
                expirations += next(repeated);
            }
        }
        repeated.clear();
        turn();
        assertThat(repeated).isEmpty();
        assertThat(single).isEmpty();
        assertThat(openDescriptors())
                .as("both timers are closed; epoll and its eventfd are there")
                .isEqualTo(descriptors + 2);
        assertThatThrownBy(() -> loop.timer(Duration.ofNanos(-1), Duration.ZERO, single::add))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTimerMayFireBeforeItsRegistrationIsBack() throws Exception {
        BlockingQueue<Long> calls = new LinkedBlockingQueue<>();
        for (int i = 0; i < 2_000; i++) {
            loop.timer(Duration.ZERO, Duration.ZERO, calls::add).close();
        }
        turn();
        assertThat(door.log.lines()).isEmpty();
    }

    @Test
    void inotifyTellsOfFiles() throws Exception {
        BlockingQueue<Inotify.Event> events = new LinkedBlockingQueue<>();
        try (Inotify inotify = door.waiting.inotify()) {
            int watch = inotify.add(folder, Inotify.CREATE | Inotify.CLOSE_WRITE | Inotify.MOVED_TO | Inotify.DELETE);
            loop.watch(inotify.fd(), Ready.IN, ready -> events.addAll(inotify.read()));
            Files.writeString(folder.resolve("ä-file"), "x");
            assertThat(next(events)).isEqualTo(new Inotify.Event(watch, Inotify.CREATE, 0, "ä-file"));
            assertThat(next(events)).isEqualTo(new Inotify.Event(watch, Inotify.CLOSE_WRITE, 0, "ä-file"));
            Files.createDirectory(folder.resolve("d"));
            assertThat(next(events)).isEqualTo(new Inotify.Event(watch, Inotify.CREATE | Inotify.ISDIR, 0, "d"));
            inotify.remove(watch);
            assertThat(next(events)).isEqualTo(new Inotify.Event(watch, Inotify.IGNORED, 0, ""));
            refused(Errno.EINVAL, "inotify_rm_watch " + watch, () -> inotify.remove(watch));
        }
    }

    @Test
    void whatCannotBeWatchedIsRefused() throws Exception {
        Path file = Files.createFile(folder.resolve("regular"));
        try (Fd regular = door.files.open(file);
                Fd path = door.files.open(file, OpenFlag.PATH);
                Fd event = door.waiting.eventfd(0);
                Registration first = loop.watch(event, Ready.IN, ready -> {})) {
            refused(Errno.EPERM, "epoll_ctl " + file, () -> loop.watch(regular, Ready.IN, ready -> {}));
            refused(Errno.EBADF, "epoll_ctl " + file, () -> loop.watch(path, Ready.IN, ready -> {}));
            refused(Errno.EEXIST, "epoll_ctl eventfd", () -> loop.watch(event, Ready.IN, ready -> {}));
            first.close();
            loop.watch(event, Ready.IN, ready -> {}).close();
            event.close();
            assertThatThrownBy(() -> loop.watch(event, Ready.IN, ready -> {})).isInstanceOf(ClosedFdException.class);
        }
    }

    @Test
    void tasksRunInOrderBehindEachOther() throws Exception {
        BlockingQueue<Integer> order = new LinkedBlockingQueue<>();
        loop.execute(() -> {
            loop.execute(() -> order.add(3));
            order.add(1);
        });
        loop.execute(() -> order.add(2));
        assertThat(next(order)).isEqualTo(1);
        assertThat(next(order) + next(order)).isEqualTo(5);
    }

    @Test
    void aHandlerThatThrowsIsLoggedOnceAndStays() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch third = new CountDownLatch(3);
        try (Fd event = door.waiting.eventfd(1);
                Registration registration = loop.watch(event, Ready.IN, ready -> {
                    calls.incrementAndGet();
                    third.countDown();
                    throw new IOException("broken");
                })) {
            assertThat(third.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(calls.get()).isGreaterThan(2);
        assertThat(door.log.await()).startsWith("error").contains("The handler of eventfd", "broken");
        assertThat(door.log.lines()).isEmpty();
        loop.execute(() -> {
            throw new AssertionError("a task");
        });
        assertThat(door.log.await()).contains("A task on the event loop", "a task");
        turn();
    }

    @Test
    void closeReturnsOnlyWhenTheHandlerDoesNotRun() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        AtomicBoolean leftBeforeClose = new AtomicBoolean();
        try (Fd event = door.waiting.eventfd(1)) {
            Registration registration = loop.watch(event, Ready.IN, ready -> {
                inside.countDown();
                await(leave);
                left.set(true);
            });
            await(inside);
            Thread closing = new Thread(() -> {
                registration.close();
                leftBeforeClose.set(left.get());
            });
            closing.start();
            while (closing.isAlive() && closing.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            leave.countDown();
            closing.join();
            assertThat(leftBeforeClose).isTrue();
        }
    }

    @Test
    void aHandlerMayCloseItself() throws Exception {
        AtomicReference<Registration> own = new AtomicReference<>();
        BlockingQueue<Integer> calls = new LinkedBlockingQueue<>();
        try (Fd event = door.waiting.eventfd(0)) {
            own.set(loop.watch(event, Ready.IN, ready -> {
                own.get().close();
                calls.add(ready);
            }));
            door.files.write(event, one, 0, 8);
            next(calls);
            turn();
            assertThat(calls).isEmpty();
        }
    }

    @Test
    void closingTheDescriptorEndsTheWatchEvenIfTheKernelStillHoldsTheFile() throws Exception {
        turn();
        long watched = watchedByTheKernel();
        BlockingQueue<Integer> calls = new LinkedBlockingQueue<>();
        Fd event = door.waiting.eventfd(0);
        loop.watch(event, Ready.IN, ready -> {
            calls.add(ready);
            event.close();
        });
        try (Fd.Use use = event.use();
                Fd again = door.descriptors.own(Math.toIntExact(door.calls.call("dup", use.number())), "duplicate")) {
            use.close();
            door.files.write(event, one, 0, 8);
            next(calls);
            // The duplicate keeps the open file alive and readable; only an explicit removal takes it from epoll.
            turn();
            assertThat(watchedByTheKernel()).isEqualTo(watched);
            assertThat(calls).isEmpty();
        }
        assertThat(door.log.lines()).isEmpty();
    }

    @Test
    void whatABundleRegisteredEndsWithIt() throws Exception {
        BundleEventLoop other = door.loop();
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        try (Fd event = door.waiting.eventfd(0)) {
            other.watch(event, Ready.IN, ready -> calls.add("ready"));
            other.timer(Duration.ofMillis(1), Duration.ofMillis(1), count -> calls.add("timer"));
            assertThat(next(calls)).isEqualTo("timer");
            other.close();
            calls.clear();
            door.files.write(event, one, 0, 8);
            turn();
            assertThat(calls).isEmpty();
            loop.watch(event, Ready.IN, ready -> {
                door.files.read(event, one, 0, 8);
                calls.add("mine");
            });
            assertThat(next(calls)).isEqualTo("mine");
        }
        assertThatThrownBy(() -> other.execute(() -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theThreadEndsWithTheLoopAndLeavesNoDescriptor() throws Exception {
        Door own = new Door();
        long before = openDescriptors();
        AtomicReference<Thread> thread = new AtomicReference<>();
        CountDownLatch ran = new CountDownLatch(1);
        own.loop().execute(() -> {
            thread.set(Thread.currentThread());
            ran.countDown();
        });
        await(ran);
        assertThat(thread.get().getContextClassLoader()).isNull();
        own.close();
        assertThat(thread.get().isAlive()).isFalse();
        assertThat(openDescriptors()).isEqualTo(before);
        assertThatThrownBy(() -> own.loop().timer(Duration.ZERO, Duration.ZERO, count -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Registration, events, close of either, from several threads: no call after close, nothing left behind. */
    @Test
    void racesOfCloseLoseNothingAndCallNobodyAfterwards() throws Exception {
        turn();
        long before = openDescriptors();
        AtomicInteger late = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            boolean closeFdFirst = t % 2 == 0;
            threads[t] = new Thread(() -> {
                try {
                    for (int i = 0; i < 2_000; i++) {
                        raceOnce(closeFdFirst, late);
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(late).hasValue(0);
        assertThat(openDescriptors()).isEqualTo(before);
        assertThat(door.log.lines()).isEmpty();
    }

    private void raceOnce(boolean closeFdFirst, AtomicInteger late) throws Exception {
        Fd event = door.waiting.eventfd(1);
        AtomicBoolean closed = new AtomicBoolean();
        Registration registration = loop.watch(event, Ready.IN, ready -> {
            if (closed.get()) {
                late.incrementAndGet();
            }
        });
        Thread other = new Thread(closeFdFirst ? registration::close : event::close);
        other.start();
        if (closeFdFirst) {
            event.close();
        }
        registration.close();
        closed.set(true);
        other.join();
        event.close();
    }

    /** Whichever comes first, a watch of a closed descriptor has ended. */
    @Test
    void aDescriptorThatIsClosedWhileItIsBeingWatchedIsNotWatched() throws Exception {
        int rounds = 5_000;
        Fd[] events = new Fd[rounds];
        AtomicInteger round = new AtomicInteger(-1);
        AtomicInteger closed = new AtomicInteger(-1);
        Thread closer = new Thread(() -> {
            for (int i = 0; i < rounds; i++) {
                while (round.get() < i) {
                    Thread.onSpinWait();
                }
                events[i].close();
                closed.set(i);
            }
        });
        closer.start();
        int survived = 0;
        for (int i = 0; i < rounds; i++) {
            events[i] = door.waiting.eventfd(0);
            round.set(i);
            Optional<EpollLoop.Watch> watch = watchUnlessClosed(events[i]);
            while (closed.get() < i) {
                Thread.onSpinWait();
            }
            survived += watch.isPresent() && !watch.get().hasEnded() ? 1 : 0;
        }
        closer.join();
        assertThat(survived).isZero();
        assertThat(door.log.lines()).as("closed between two steps of the watch").isEmpty();
    }

    private Optional<EpollLoop.Watch> watchUnlessClosed(Fd fd) throws IOException {
        try {
            return Optional.of(door.epoll.watch(fd, Ready.IN, ready -> {}, ended -> {}));
        } catch (ClosedFdException e) {
            return Optional.empty();
        }
    }

    /** Returns when the loop has been round: whatever was ready has been told. */
    private void turn() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            CountDownLatch done = new CountDownLatch(1);
            loop.execute(done::countDown);
            await(done);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T value = queue.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(value).as("a call within %d s", DEADLINE_SECONDS).isNotNull();
        return value;
    }

    /** How many descriptors all epoll instances of this process look after. */
    private static long watchedByTheKernel() throws IOException {
        long count = 0;
        try (var numbers = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path number : numbers) {
                if (Files.isSymbolicLink(number)
                        && Files.readSymbolicLink(number).endsWith("anon_inode:[eventpoll]")) {
                    Path info =
                            Path.of("/proc/self/fdinfo", number.getFileName().toString());
                    count += Files.readAllLines(info).stream()
                            .filter(line -> line.startsWith("tfd:"))
                            .count();
                }
            }
        }
        return count;
    }

    private static long openDescriptors() throws IOException {
        try (var numbers = Files.list(Path.of("/proc/self/fd"))) {
            return numbers.count();
        }
    }
}
