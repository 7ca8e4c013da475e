// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An event loop without a thread: the test's own thread is the loop's while the test drives it. Time is virtual, and
 * what a handler throws reaches the test.
 */
final class FakeLoop implements EventLoop {

    private static final int ALWAYS = Ready.ERR | Ready.HUP;

    private record Watch(FakeFd fd, int events, ReadyHandler handler) {}

    private final Refusals refusals;
    private final Map<FakeFd, Watch> watches = new ConcurrentHashMap<>();
    private final List<Timer> timers = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private volatile long now;
    private volatile Thread driver;

    FakeLoop(Descriptors descriptors, Refusals refusals) {
        this.refusals = refusals;
        descriptors.whenClosed(watches::remove);
    }

    @Override
    public Registration watch(Fd fd, int events, ReadyHandler handler) throws IOException {
        FakeFd file = FakeFd.of(fd);
        try (Fd.Use use = file.use()) {
            refusals.check("epoll_ctl", file.key());
            Watch watch = new Watch(file, events, handler);
            if (watches.putIfAbsent(file, watch) != null) {
                throw new ErrnoException("epoll_ctl", fd.subject(), Errno.EEXIST);
            }
            return () -> watches.remove(file, watch);
        }
    }

    @Override
    public Registration timer(Duration first, Duration interval, TimerHandler handler) {
        Timer timer = new Timer(now + first.toNanos(), interval.toNanos(), handler);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public boolean isLoopThread() {
        return Thread.currentThread() == driver;
    }

    long nanos() {
        return now;
    }

    /** How much is being looked after: for tests that count what was left behind. */
    int registrations() {
        return watches.size() + timers.size();
    }

    /** One turn: what was handed over, what is due, and what is ready by itself. */
    void turn() {
        drive(() -> {
            for (int left = tasks.size(); left > 0; left--) {
                tasks.remove().run();
            }
            for (Timer timer : timers) {
                if (timer.due <= now) {
                    timer.fire();
                }
            }
            ready();
        });
    }

    void advance(Duration duration) {
        long target = now + duration.toNanos();
        turn();
        for (Optional<Timer> next = next(target); next.isPresent(); next = next(target)) {
            now = next.get().due;
            turn();
        }
        now = target;
    }

    private Optional<Timer> next(long target) {
        return timers.stream().filter(each -> each.due <= target).min(Comparator.comparingLong(each -> each.due));
    }

    private void ready() throws IOException {
        for (Watch watch : watches.values()) {
            int asked = watch.events | ALWAYS;
            int bits = watch.fd.file.ready() & asked | watch.fd.takeRaised(asked);
            if (bits != 0 && watch.fd.isOpen()) {
                watch.handler.ready(bits);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private void drive(Work work) {
        Thread before = driver;
        driver = Thread.currentThread();
        try {
            work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            driver = before;
        }
    }

    private final class Timer {

        private final long interval;
        private final TimerHandler handler;
        private long due;

        Timer(long due, long interval, TimerHandler handler) {
            this.due = due;
            this.interval = interval;
            this.handler = handler;
        }

        void fire() throws IOException {
            if (interval > 0) {
                due += interval;
            } else {
                timers.remove(this);
            }
            handler.expired(1);
        }
    }
}
