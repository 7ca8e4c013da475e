// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Libc.C;

import io.callgate.linux.Fd;
import io.callgate.linux.Inotify;
import io.callgate.linux.LinuxWaiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Waiting by poll(2), and the descriptors that exist to be waited for. */
@Component
public final class JnaWaiting implements LinuxWaiting {

    /** No thread is out of reach in native code for longer. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final int CLOCK_MONOTONIC = 1;

    private final Descriptors descriptors;
    private final Scratch scratch = new Scratch();

    @Activate
    public JnaWaiting(@Reference Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public int poll(Fd fd, int events, Duration timeout) throws IOException {
        CountedFd file = CountedFd.of(fd);
        long nanos = timeout.isNegative() ? 0 : (timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout).toNanos();
        long deadline = System.nanoTime() + nanos;
        Block pollfd = scratch.take();
        try {
            while (true) {
                if (Thread.interrupted()) {
                    throw new InterruptedIOException("interrupted while waiting for " + file.subject());
                }
                long left = deadline - System.nanoTime();
                int ready = slice(file, events, Math.max(0, Math.min(left, SLICE_NANOS)), pollfd);
                if (ready != 0 || left <= 0) {
                    return ready;
                }
            }
        } finally {
            scratch.give(pollfd);
        }
    }

    /** One wait that nobody can end, rounded up to the millisecond. */
    private int slice(CountedFd file, int events, long nanos, Block pollfd) throws IOException {
        ByteBuffer bytes = pollfd.bytes();
        int millis = (int) TimeUnit.NANOSECONDS.toMillis(nanos + TimeUnit.MILLISECONDS.toNanos(1) - 1);
        int number = file.enter();
        try {
            bytes.putInt(Layout.POLLFD_FD, number);
            bytes.putShort(Layout.POLLFD_EVENTS, (short) events);
            bytes.putShort(Layout.POLLFD_REVENTS, (short) 0);
            while (C.poll(pollfd.address(), 1, millis) < 0) {
                Failures.interrupted("poll", file.subject());
            }
            return Short.toUnsignedInt(bytes.getShort(Layout.POLLFD_REVENTS));
        } finally {
            file.leave();
        }
    }

    @Override
    public Fd eventfd(int initial) throws IOException {
        int number;
        do {
            number = C.eventfd(initial, OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
        } while (number < 0 && Failures.interrupted("eventfd", ""));
        return descriptors.own(number, "eventfd");
    }

    @Override
    public Fd timerfd() throws IOException {
        int number;
        do {
            number = C.timerfd_create(CLOCK_MONOTONIC, OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
        } while (number < 0 && Failures.interrupted("timerfd_create", ""));
        return descriptors.own(number, "timerfd");
    }

    @Override
    public void arm(Fd timer, Duration first, Duration interval) throws IOException {
        CountedFd file = CountedFd.of(timer);
        Block itimerspec = scratch.take();
        int number = file.enter();
        try {
            int word = Layout.CURRENT.wordBytes();
            put(itimerspec.bytes(), 0, interval, word);
            put(itimerspec.bytes(), 2 * word, first, word);
            while (C.timerfd_settime(number, 0, itimerspec.address(), 0) < 0) {
                Failures.interrupted("timerfd_settime", file.subject());
            }
        } finally {
            file.leave();
            scratch.give(itimerspec);
        }
    }

    private static void put(ByteBuffer bytes, int offset, Duration time, int word) {
        if (word == Long.BYTES) {
            bytes.putLong(offset, time.getSeconds()).putLong(offset + word, time.getNano());
        } else {
            bytes.putInt(offset, Math.toIntExact(time.getSeconds())).putInt(offset + word, time.getNano());
        }
    }

    @Override
    public Inotify inotify() throws IOException {
        int number;
        do {
            number = C.inotify_init1(OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
        } while (number < 0 && Failures.interrupted("inotify_init1", ""));
        return new JnaInotify(CountedFd.of(descriptors.own(number, "inotify")));
    }
}
