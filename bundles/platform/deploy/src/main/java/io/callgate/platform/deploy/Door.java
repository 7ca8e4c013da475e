// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxWaiting;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/** The two services of the door that a watch needs: it is opened when both are there, closed when one goes. */
final class Door implements AutoCloseable {

    private final BiFunction<LinuxWaiting, EventLoop, FolderWatch> opener;
    private final ServiceTracker<LinuxWaiting, LinuxWaiting> waiting;
    private final ServiceTracker<EventLoop, EventLoop> loop;
    private LinuxWaiting waitingNow;
    private EventLoop loopNow;
    private FolderWatch watch;

    Door(BundleContext context, BiFunction<LinuxWaiting, EventLoop, FolderWatch> opener) {
        this.opener = opener;
        this.waiting = new ServiceTracker<>(context, LinuxWaiting.class, new One<>(context, this::waiting));
        this.loop = new ServiceTracker<>(context, EventLoop.class, new One<>(context, this::loop));
    }

    void open() {
        waiting.open();
        loop.open();
    }

    private void waiting(LinuxWaiting now) {
        exchange(now, loopNow);
    }

    private void loop(EventLoop now) {
        exchange(waitingNow, now);
    }

    private synchronized void exchange(LinuxWaiting newWaiting, EventLoop newLoop) {
        if (watch != null) {
            watch.close();
            watch = null;
        }
        waitingNow = newWaiting;
        loopNow = newLoop;
        if (newWaiting != null && newLoop != null) {
            watch = opener.apply(newWaiting, newLoop);
            watch.open();
        }
    }

    @Override
    public void close() {
        waiting.close();
        loop.close();
    }

    /** Follows the first of a kind. */
    private static final class One<S> implements ServiceTrackerCustomizer<S, S> {

        private final BundleContext context;
        private final Consumer<S> now;
        private S first;

        One(BundleContext context, Consumer<S> now) {
            this.context = context;
            this.now = now;
        }

        @Override
        public synchronized S addingService(ServiceReference<S> reference) {
            S service = context.getService(reference);
            if (service != null && first == null) {
                first = service;
                now.accept(service);
            }
            return service;
        }

        @Override
        public void modifiedService(ServiceReference<S> reference, S service) {
            // Its properties say nothing to us.
        }

        @Override
        public synchronized void removedService(ServiceReference<S> reference, S service) {
            if (first == service) {
                first = null;
                now.accept(null);
            }
            context.ungetService(reference);
        }
    }
}
