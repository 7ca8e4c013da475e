// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop.ReadyHandler;
import io.callgate.linux.EventLoop.TimerHandler;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxWaiting;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * The one thread in epoll_wait(2). Bundles see it through {@link BundleEventLoop}, which knows what is whose.
 *
 * <p>A watch is found by its descriptor's number, which is ours while it is registered. What the kernel reports carries
 * a sequence number beside it, so that an event of a watch that has ended since is not taken for one of its successor.
 * The thread starts with the first use.
 */
@Component(service = EpollLoop.class)
public final class EpollLoop {

    private static final long WAKE = -1;
    private static final int FIRST_SLOTS = 64;
    private static final long JOIN_MILLIS = 5_000;

    /** timerfd takes a zero first delay for "disarm". */
    private static final Duration AT_ONCE = Duration.ofNanos(1);

    private final Descriptors descriptors;
    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final LinuxWaiting waiting;
    private final Logger log;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final HandlerFailures taskFailures;

    private volatile AtomicReferenceArray<Watch> watches = new AtomicReferenceArray<>(FIRST_SLOTS);
    private volatile Thread thread;
    private volatile boolean closed;
    private Epoll epoll;
    private Fd wake;
    private NativeBuffer one;
    private NativeBuffer counter;
    private int sequence;

    @Activate
    public EpollLoop(
            @Reference Descriptors descriptors,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory,
            @Reference LinuxWaiting waiting,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.descriptors = descriptors;
        this.files = files;
        this.waiting = waiting;
        this.log = log;
        this.memory = memory;
        this.taskFailures = new HandlerFailures("A task on the event loop", log);
    }

    /** Watches a descriptor; {@code ended} is told once when that is over, for whatever reason. */
    Watch watch(Fd fd, int events, ReadyHandler handler, Consumer<Watch> ended) throws IOException {
        start();
        CountedFd file = CountedFd.of(fd);
        int number = file.enter();
        try {
            Watch watch = new Watch(file, number, handler, ended);
            if (!file.hook(watch)) {
                throw new ErrnoException("epoll_ctl", file.subject(), Errno.EEXIST);
            }
            watch.begin(events);
            if (!file.isOpen()) {
                // Closed meanwhile, by its handler perhaps, or by somebody who could not see the watch yet.
                watch.closing();
            }
            return watch;
        } finally {
            file.leave();
        }
    }

    /** A timer with a descriptor of its own; a single one ends by itself. */
    Watch timer(Duration first, Duration interval, TimerHandler handler, Consumer<Watch> ended) throws IOException {
        if (first.isNegative() || interval.isNegative()) {
            throw new IllegalArgumentException("a negative delay or interval");
        }
        Fd timer = waiting.timerfd();
        try {
            waiting.arm(timer, first.isZero() ? AT_ONCE : first, interval);
            return watch(timer, Ready.IN, ready -> expired(timer, interval.isZero(), handler), watch -> {
                ended.accept(watch);
                timer.close();
            });
        } catch (IOException | RuntimeException e) {
            timer.close();
            throw e;
        }
    }

    private void expired(Fd timer, boolean single, TimerHandler handler) throws IOException {
        if (files.read(timer, counter, 0, Long.BYTES) == Long.BYTES) {
            try {
                handler.expired(counter.bytes().getLong(0));
            } finally {
                if (single) {
                    timer.close();
                }
            }
        }
    }

    void execute(Runnable task) throws IOException {
        start();
        tasks.add(task);
        wake();
    }

    boolean isLoopThread() {
        return Thread.currentThread() == thread;
    }

    @Deactivate
    void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
        }
        if (running != null) {
            try {
                wake();
            } catch (IOException e) {
                log.error("The event loop cannot be woken to end", e);
            }
            Threads.join(running, JOIN_MILLIS, log);
        }
    }

    private synchronized void start() throws IOException {
        if (closed) {
            throw new IllegalStateException("the event loop has ended");
        }
        if (thread != null) {
            return;
        }
        Epoll newEpoll = new Epoll(descriptors);
        Fd newWake = null;
        try {
            newWake = waiting.eventfd(0);
            try (Fd.Use use = newWake.use()) {
                newEpoll.add(use.number(), newWake.subject(), Ready.IN, WAKE);
            }
        } catch (IOException e) {
            newEpoll.close();
            if (newWake != null) {
                newWake.close();
            }
            throw e;
        }
        one = memory.allocate(Long.BYTES);
        one.bytes().putLong(0, 1);
        counter = memory.allocate(Long.BYTES);
        epoll = newEpoll;
        wake = newWake;
        thread = Threads.daemon("callgate-event-loop", this::run);
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                int count = epoll.await();
                for (int event = 0; event < count && !closed; event++) {
                    dispatch(epoll.data(event), epoll.events(event));
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            log.error("The event loop ended: nothing is watched any more. Restart the bundle io.callgate.linux.jna", e);
        } finally {
            epoll.close();
            wake.close();
        }
    }

    private void dispatch(long data, int events) throws IOException {
        if (data == WAKE) {
            files.read(wake, counter, 0, Long.BYTES);
            woken.set(false);
            runTasks();
            return;
        }
        AtomicReferenceArray<Watch> all = watches;
        Watch watch = all.get((int) data);
        if (watch != null && watch.sequence == (int) (data >>> Integer.SIZE)) {
            watch.dispatch(events);
        }
    }

    /** Those that are there now: a task that adds another waits its turn behind the descriptors. */
    private void runTasks() {
        int count = tasks.size();
        for (Runnable task = tasks.poll(); task != null; task = --count > 0 ? tasks.poll() : null) {
            taskFailures.survive(task::run);
        }
    }

    private void wake() throws IOException {
        if (woken.compareAndSet(false, true)) {
            files.write(wake, one, 0, Long.BYTES);
        }
    }

    /** Gives a watch its place; returns what the kernel is to report for it. */
    private synchronized long put(Watch watch) {
        AtomicReferenceArray<Watch> all = watches;
        if (watch.number >= all.length()) {
            AtomicReferenceArray<Watch> larger = new AtomicReferenceArray<>(2 * watch.number);
            for (int i = 0; i < all.length(); i++) {
                larger.set(i, all.get(i));
            }
            watches = larger;
            all = larger;
        }
        watch.sequence = ++sequence & Integer.MAX_VALUE;
        all.set(watch.number, watch);
        return (long) watch.sequence << Integer.SIZE | watch.number;
    }

    private synchronized void clear(Watch watch) {
        watches.compareAndSet(watch.number, watch, null);
    }

    /** One descriptor and its handler. */
    final class Watch implements CountedFd.CloseHook {

        private final CountedFd file;
        private final int number;
        private final ReadyHandler handler;
        private final Consumer<Watch> ended;
        private final Gate gate;
        private final HandlerFailures failures;
        private int sequence;
        private boolean begun;
        private volatile boolean removed;

        Watch(CountedFd file, int number, ReadyHandler handler, Consumer<Watch> ended) {
            String name = "The handler of " + file.subject();
            this.file = file;
            this.number = number;
            this.handler = handler;
            this.ended = ended;
            this.gate = new Gate(name, log);
            this.failures = new HandlerFailures(name, log);
        }

        private void dispatch(int events) {
            if (!gate.enter()) {
                return;
            }
            try {
                handler.ready(events);
            } catch (Throwable e) { // as HandlerFailures.survive, which would make garbage for every event
                if (!gate.isShut()) {
                    failures.add(e);
                }
            } finally {
                gate.leave();
            }
        }

        /** Ends it; returns when the handler does not run, unless it is the handler that calls. */
        void close() {
            gate.refuse();
            try {
                file.enter();
                try {
                    remove();
                } finally {
                    file.leave();
                }
            } catch (ClosedFdException e) {
                // Then close() of the descriptor removes it, while the number is still ours.
                log.trace("{} was closed before its watch", file.subject());
            }
            gate.shut();
        }

        boolean hasEnded() {
            return removed;
        }

        /** The descriptor is being closed: nothing is waited for, because its owner may be the handler's caller. */
        @Override
        public void closing() {
            gate.refuse();
            remove();
        }

        /** Only while the number is ours. It never begins if its descriptor is closed first. */
        private synchronized void begin(int events) throws IOException {
            if (removed) {
                return;
            }
            try {
                epoll.add(number, file.subject(), events, put(this));
                begun = true;
            } catch (IOException e) {
                removed = true;
                clear(this);
                file.unhook(this);
                throw e;
            }
        }

        /** Only while the number is ours. The next watch of this descriptor may begin when it is unhooked. */
        private void remove() {
            synchronized (this) {
                if (removed) {
                    return;
                }
                removed = true;
                if (begun) {
                    takeFromEpoll();
                    clear(this);
                }
                file.unhook(this);
            }
            ended.accept(this);
        }

        private void takeFromEpoll() {
            try {
                epoll.remove(number, file.subject());
            } catch (ClosedFdException e) {
                log.trace("The event loop ended before the watch of {}", file.subject());
            } catch (IOException e) {
                log.error("{} cannot be taken from the event loop", file.subject(), e);
            }
        }
    }
}
