// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.KeptHandles.Action;
import io.callgate.linux.KeptHandles.FileAction;
import io.callgate.linux.KeptHandles.IoctlAction;
import io.callgate.linux.KeptHandles.KeepAlive;
import io.callgate.linux.KeptHandles.Kept;
import io.callgate.linux.KeptHandles.Key;
import io.callgate.linux.KeptHandles.Policy;
import io.callgate.linux.KeptHandles.WriteAction;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * Descriptors between two owners. Bundles see it through {@link BundleKeptHandles}, which knows who leaves what.
 *
 * <p>It is immediate, because what is left here outlives every user of the service. A handle stays in the map until its
 * final actions are done, and its monitor is held while the door does something with it: so a successor that comes
 * just then waits, and finds either the handle or a device that is really free. All that the door does by itself
 * happens on one thread, which exists while there is something to wait for.
 */
@Component(service = HandleStore.class, immediate = true)
public final class HandleStore implements SynchronousBundleListener {

    private static final long END_SECONDS = 5;
    private static final long IDLE_SECONDS = 10;

    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final Logger log;
    private final Map<String, Handle> handles = new ConcurrentHashMap<>();
    private final Duration handover;
    private final ScheduledThreadPoolExecutor worker;
    private volatile boolean ending;

    @Activate
    public HandleStore(
            BundleContext context,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory,
            @Reference(service = LoggerFactory.class) Logger log) {
        this(handover(context.getProperty(KeptHandles.HANDOVER), log), files, memory, log);
        context.addBundleListener(this);
    }

    HandleStore(Duration handover, LinuxFiles files, LinuxMemory memory, Logger log) {
        this.handover = handover;
        this.files = files;
        this.memory = memory;
        this.log = log;
        this.worker = new ScheduledThreadPoolExecutor(1, task -> Threads.daemon("callgate-kept-handles", task));
        worker.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        worker.allowCoreThreadTimeOut(true);
        worker.setRemoveOnCancelPolicy(true);
    }

    /** As the property says, and two seconds where it says nothing that is a time. */
    static Duration handover(String millis, Logger log) {
        if (millis == null) {
            return KeptHandles.DEFAULT_HANDOVER;
        }
        try {
            long value = Long.parseLong(millis.strip());
            if (value > 0) {
                return Duration.ofMillis(value);
            }
        } catch (NumberFormatException e) {
            log.debug("{}", e.getMessage(), e);
        }
        log.warn(
                "{} is '{}': handles are kept for {} ms; set it to a number of milliseconds above 0",
                KeptHandles.HANDOVER,
                millis,
                KeptHandles.DEFAULT_HANDOVER.toMillis());
        return KeptHandles.DEFAULT_HANDOVER;
    }

    Duration handover() {
        return handover;
    }

    /** A bundle that is uninstalled has no successor, nor has anybody when the framework stops. */
    @Override
    public void bundleChanged(BundleEvent event) {
        Bundle bundle = event.getBundle();
        if (event.getType() == BundleEvent.UNINSTALLED) {
            uninstalled(bundle.getBundleId());
        } else if (event.getType() == BundleEvent.STOPPING && bundle.getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
            frameworkStops();
        }
    }

    void uninstalled(long owner) {
        for (Handle handle : handles.values()) {
            if (handle.owner == owner) {
                soon(handle, "its bundle was uninstalled");
            }
        }
    }

    void frameworkStops() {
        ending = true;
        for (Handle handle : handles.values()) {
            soon(handle, "the framework stops");
        }
    }

    void leave(long owner, Key key, Fd fd, Map<String, String> state, Policy policy) {
        Handle handle = new Handle(owner, key, new Kept(fd, Map.copyOf(state)), policy);
        Handle previous = handles.put(key.resource(), handle);
        if (previous != null) {
            soon(previous, "it was left a second time");
        }
        if (ending) {
            soon(handle, "the framework stops");
        } else {
            handle.start();
        }
    }

    /** On the worker, or here if the door has closed meanwhile. */
    private void soon(Handle handle, String reason) {
        try {
            worker.execute(() -> handle.finish(reason));
        } catch (RejectedExecutionException e) {
            handle.finish(reason);
        }
    }

    Optional<Kept> take(Key key) {
        Handle handle = handles.get(key.resource());
        return handle == null ? Optional.empty() : handle.take(key);
    }

    /** Whatever is still here gets its final actions; nothing is left behind by the door. */
    @Deactivate
    void close(BundleContext context) {
        context.removeBundleListener(this);
        close();
    }

    void close() {
        List<Future<?>> finishing = new ArrayList<>();
        for (Handle handle : handles.values()) {
            finishing.add(worker.submit(() -> handle.finish("the door closes")));
        }
        worker.shutdown();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        try {
            for (Future<?> one : finishing) {
                one.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (TimeoutException e) {
            log.error("The final actions of kept handles took longer than {} s; a driver does not answer", END_SECONDS);
        } catch (ExecutionException e) {
            log.error("The final actions of a kept handle failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        worker.shutdownNow();
    }

    private void perform(Fd fd, Action action) throws IOException {
        if (action instanceof WriteAction write) {
            write(fd, write.bytes());
        } else if (action instanceof IoctlAction ioctl) {
            ioctl(fd, ioctl);
        } else if (action instanceof FileAction file) {
            try (Fd other = files.open(file.path(), OpenFlag.WRONLY)) {
                write(other, file.bytes());
            }
        }
    }

    private void write(Fd fd, byte[] bytes) throws IOException {
        NativeBuffer buffer = memory.allocate(bytes.length);
        buffer.bytes().put(0, bytes);
        int done = 0;
        do {
            int written = files.write(fd, buffer, done, bytes.length - done);
            if (written == LinuxFiles.WOULD_BLOCK) {
                throw new IOException("no room for " + (bytes.length - done) + " of " + bytes.length + " bytes");
            }
            done += written;
        } while (done < bytes.length);
    }

    private void ioctl(Fd fd, IoctlAction action) throws IOException {
        byte[] argument = action.argument();
        if (argument.length == 0) {
            files.ioctl(fd, action.request(), 0);
            return;
        }
        NativeBuffer buffer =
                memory.allocate(Math.max(argument.length, action.request().size()));
        buffer.bytes().put(0, argument);
        files.ioctl(fd, action.request(), buffer, 0);
    }

    /** One descriptor nobody owns. Its monitor is held while something is done with it. */
    private final class Handle {

        private final long owner;
        private final Key key;
        private final Kept kept;
        private final Policy policy;
        private final List<ScheduledFuture<?>> schedule = new ArrayList<>();
        private final HandlerFailures failures;
        private boolean gone;
        private long feedUntil;

        Handle(long owner, Key key, Kept kept, Policy policy) {
            this.owner = owner;
            this.key = key;
            this.kept = kept;
            this.policy = policy;
            this.failures = new HandlerFailures("The keep-alive of " + key.resource(), log);
        }

        /** Feeds it from now on, and waits for a successor. */
        synchronized void start() {
            try {
                schedule();
            } catch (RejectedExecutionException e) {
                finish("the door is closed");
            }
        }

        private void schedule() {
            long handover = policy.handover().toNanos();
            schedule.add(worker.schedule(() -> finish("nobody took it over"), handover, TimeUnit.NANOSECONDS));
            policy.keepAlive().ifPresent(keepAlive -> {
                feedUntil = System.nanoTime() + keepAlive.deadline().toNanos();
                long interval = keepAlive.interval().toNanos();
                Runnable feed = () -> feed(keepAlive);
                schedule.add(worker.scheduleAtFixedRate(feed, 0, interval, TimeUnit.NANOSECONDS));
            });
        }

        private synchronized void feed(KeepAlive keepAlive) {
            if (gone || System.nanoTime() - feedUntil > 0) {
                return;
            }
            try {
                perform(kept.fd(), keepAlive.action());
            } catch (IOException | RuntimeException e) {
                failures.add(e);
            }
        }

        synchronized Optional<Kept> take(Key wanted) {
            if (gone) {
                return Optional.empty();
            }
            if (!wanted.settings().equals(key.settings())) {
                finish("its successor wants other settings");
                return Optional.empty();
            }
            end();
            return Optional.of(kept);
        }

        /** Does the final actions, whatever becomes of any of them, and closes it. */
        synchronized void finish(String reason) {
            if (gone) {
                return;
            }
            for (Action action : policy.finalActions()) {
                try {
                    perform(kept.fd(), action);
                } catch (IOException | RuntimeException e) {
                    log.error("A final action of {} failed; look at what it drives", key.resource(), e);
                }
            }
            kept.fd().close();
            end();
            log.info("{} was closed: {}", key.resource(), reason);
        }

        private void end() {
            gone = true;
            schedule.forEach(one -> one.cancel(false));
            handles.remove(key.resource(), this);
        }
    }
}
