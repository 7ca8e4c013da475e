// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/** The event loop as one bundle sees it: what that bundle registered ends when it stops. */
@Component(scope = ServiceScope.BUNDLE)
public final class BundleEventLoop implements EventLoop {

    private final EpollLoop loop;
    private final Set<EpollLoop.Watch> watches = ConcurrentHashMap.newKeySet();
    private final Gate tasks;

    @Activate
    public BundleEventLoop(@Reference EpollLoop loop, @Reference(service = LoggerFactory.class) Logger log) {
        this.loop = loop;
        this.tasks = new Gate("A task on the event loop", log);
    }

    @Override
    public Registration watch(Fd fd, int events, ReadyHandler handler) throws IOException {
        checkOpen();
        return owned(loop.watch(fd, events, handler, watches::remove));
    }

    @Override
    public Registration timer(Duration first, Duration interval, TimerHandler handler) throws IOException {
        checkOpen();
        return owned(loop.timer(first, interval, handler, watches::remove));
    }

    @Override
    public void execute(Runnable task) {
        checkOpen();
        try {
            loop.execute(() -> {
                if (tasks.enter()) {
                    try {
                        task.run();
                    } finally {
                        tasks.leave();
                    }
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isLoopThread() {
        return loop.isLoopThread();
    }

    @Deactivate
    void close() {
        tasks.shut();
        watches.forEach(EpollLoop.Watch::close);
    }

    /** It may have ended before it was noted, and the bundle stopped before that. */
    private Registration owned(EpollLoop.Watch watch) {
        watches.add(watch);
        if (watch.hasEnded()) {
            watches.remove(watch);
        } else if (tasks.isShut()) {
            watch.close();
        }
        return watch::close;
    }

    private void checkOpen() {
        if (tasks.isShut()) {
            throw new IllegalStateException("the event loop was used after the bundle stopped");
        }
    }
}
