// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.Inotify;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A watcher that learns from the test what happened. */
final class FakeInotify implements Inotify, FakeFile {

    private record Watch(int number, int mask) {}

    private final Tree tree;
    private final Refusals refusals;
    private final Consumer<FakeInotify> whenClosed;
    private final Map<Path, Watch> watches = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();
    private FakeFd fd;
    private int last;

    FakeInotify(Tree tree, Refusals refusals, Consumer<FakeInotify> whenClosed) {
        this.tree = tree;
        this.refusals = refusals;
        this.whenClosed = whenClosed;
    }

    void opened(FakeFd own) {
        fd = own;
    }

    @Override
    public Fd fd() {
        return fd;
    }

    @Override
    public synchronized int add(Path path, int mask) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        refusals.check("inotify_add_watch", absolute.toString());
        if (!tree.exists(absolute)) {
            throw new ErrnoException("inotify_add_watch", path.toString(), Errno.ENOENT);
        }
        Watch before = watches.get(absolute);
        int number = before == null ? ++last : before.number;
        watches.put(absolute, new Watch(number, mask));
        return number;
    }

    @Override
    public synchronized void remove(int watch) throws IOException {
        if (!watches.values().removeIf(each -> each.number == watch)) {
            throw new ErrnoException("inotify_rm_watch", Integer.toString(watch), Errno.EINVAL);
        }
        events.add(new Event(watch, IGNORED, 0, ""));
    }

    @Override
    public synchronized List<Event> read() throws IOException {
        try (Fd.Use use = fd.use()) {
            List<Event> taken = List.copyOf(events);
            events.clear();
            return taken;
        }
    }

    synchronized void happened(Path path, int mask, String name) {
        Watch watch = watches.get(path);
        if (watch != null && (watch.mask & mask) != 0) {
            events.add(new Event(watch.number, mask, 0, name));
        }
    }

    synchronized void overflow() {
        events.add(new Event(-1, Q_OVERFLOW, 0, ""));
    }

    @Override
    public synchronized int ready() {
        return events.isEmpty() ? 0 : Ready.IN;
    }

    /** Called by the holder, and once more by the descriptor that it closes. */
    @Override
    public void close() {
        whenClosed.accept(this);
        fd.close();
    }
}
