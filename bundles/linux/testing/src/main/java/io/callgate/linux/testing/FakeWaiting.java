// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.Inotify;
import io.callgate.linux.LinuxWaiting;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Waiting without waiting: what is not ready lets the virtual time pass. */
final class FakeWaiting implements LinuxWaiting {

    private final Tree tree;
    private final Descriptors descriptors;
    private final Refusals refusals;
    private final FakeLoop loop;
    private final List<FakeInotify> watchers = new CopyOnWriteArrayList<>();
    private final Map<FakeFd, EventLoop.Registration> armed = new ConcurrentHashMap<>();

    FakeWaiting(Tree tree, Descriptors descriptors, Refusals refusals, FakeLoop loop) {
        this.tree = tree;
        this.descriptors = descriptors;
        this.refusals = refusals;
        this.loop = loop;
        descriptors.whenClosed(this::disarm);
    }

    @Override
    public int poll(Fd fd, int events, Duration timeout) throws IOException {
        refusals.check("poll", FakeFd.of(fd).key());
        int ready = readyNow(FakeFd.of(fd), events);
        if (ready == 0) {
            loop.advance(timeout);
            ready = readyNow(FakeFd.of(fd), events);
        }
        return ready;
    }

    private static int readyNow(FakeFd fd, int events) throws IOException {
        if (Thread.interrupted()) {
            throw new InterruptedIOException("poll of " + fd.subject() + " was interrupted");
        }
        try (Fd.Use use = fd.use()) {
            int asked = events | Ready.ERR | Ready.HUP;
            return fd.file.ready() & asked | fd.takeRaised(asked);
        }
    }

    @Override
    public Fd eventfd(int initial) throws IOException {
        refusals.check("eventfd", "");
        return descriptors.add("eventfd", FakeFd.Opening.of(new Counter(initial)));
    }

    @Override
    public Fd timerfd() throws IOException {
        refusals.check("timerfd_create", "");
        return descriptors.add("timerfd", FakeFd.Opening.of(new Counter(0)));
    }

    @Override
    public void arm(Fd timer, Duration first, Duration interval) throws IOException {
        FakeFd fd = FakeFd.of(timer);
        if (!(fd.file instanceof Counter counter)) {
            throw new IllegalArgumentException(timer.subject() + " is no timer");
        }
        try (Fd.Use use = fd.use()) {
            disarm(fd);
            if (!first.isZero()) {
                armed.put(fd, loop.timer(first, interval, counter::add));
            }
        }
    }

    private void disarm(FakeFd fd) {
        EventLoop.Registration timer = armed.remove(fd);
        if (timer != null) {
            timer.close();
        }
    }

    @Override
    public Inotify inotify() throws IOException {
        refusals.check("inotify_init1", "");
        FakeInotify watcher = new FakeInotify(tree, refusals, watchers::remove);
        watcher.opened(descriptors.add("inotify", FakeFd.Opening.of(watcher)));
        watchers.add(watcher);
        return watcher;
    }

    void happened(Path path, int mask, String name) {
        watchers.forEach(each -> each.happened(path, mask, name));
    }

    void overflow() {
        watchers.forEach(FakeInotify::overflow);
    }
}
