// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Kernel.K;
import static io.callgate.linux.jna.Libc.C;

import java.io.Closeable;
import java.io.IOException;

/**
 * One epoll(7) instance and the events of its last wait. Descriptors may be added and removed by any thread; one thread
 * waits and looks at the events.
 */
final class Epoll implements Closeable {

    private static final int CTL_ADD = 1;
    private static final int CTL_DEL = 2;
    private static final int FOREVER = -1;
    private static final int BATCH = 64;

    private final Layout.EpollEvent at = Layout.CURRENT.epoll();
    private final Block batch = Block.allocate(BATCH * at.size());
    private final Scratch scratch = new Scratch();
    private final CountedFd file;

    Epoll(Descriptors descriptors) throws IOException {
        int number;
        do {
            number = C.epoll_create1(OpenFlags.CLOEXEC);
        } while (number < 0 && Failures.interrupted("epoll_create1", ""));
        file = CountedFd.of(descriptors.own(number, "epoll"));
    }

    /** Waits for a number, which its caller holds, and reports {@code data} for it. */
    void add(int watched, String subject, int events, long data) throws IOException {
        Block event = scratch.take();
        int number = file.enter();
        try {
            event.bytes().putInt(at.events(), events).putLong(at.data(), data);
            if (C.epoll_ctl(number, CTL_ADD, watched, event.address()) < 0) {
                throw Failures.of("epoll_ctl", subject);
            }
        } finally {
            file.leave();
            scratch.give(event);
        }
    }

    /** Waits for a number no longer; it is still its caller's. */
    void remove(int watched, String subject) throws IOException {
        int number = file.enter();
        try {
            if (C.epoll_ctl(number, CTL_DEL, watched, 0) < 0) {
                throw Failures.of("epoll_ctl", subject);
            }
        } finally {
            file.leave();
        }
    }

    /** Waits, without a limit, until something is ready; returns how many events there are. */
    int await() throws IOException {
        int number = file.enter();
        try {
            long count;
            do {
                count = K.epollWait(number, batch.address(), BATCH, FOREVER);
            } while (count < 0 && Failures.interrupted("epoll_wait", "", count));
            return (int) count;
        } finally {
            file.leave();
        }
    }

    /** What the event is about, as given to {@link #add}. */
    long data(int event) {
        return batch.bytes().getLong(event * at.size() + at.data());
    }

    int events(int event) {
        return batch.bytes().getInt(event * at.size() + at.events());
    }

    @Override
    public void close() {
        file.close();
    }
}
