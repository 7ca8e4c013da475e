// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxWaiting;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * The two services of the door that a watch needs: it is opened when both are there, closed when one goes, and opened
 * again through another one if that is there.
 */
final class Door implements AutoCloseable {

    private final BiFunction<LinuxWaiting, EventLoop, FolderWatch> opener;
    private final BundleContext context;
    private final One<LinuxWaiting> waiting = new One<>();
    private final One<EventLoop> loop = new One<>();
    private final ServiceTracker<LinuxWaiting, LinuxWaiting> waitings;
    private final ServiceTracker<EventLoop, EventLoop> loops;
    private FolderWatch watch;

    Door(BundleContext context, BiFunction<LinuxWaiting, EventLoop, FolderWatch> opener) {
        this.opener = opener;
        this.context = context;
        this.waitings = new ServiceTracker<>(context, LinuxWaiting.class, waiting);
        this.loops = new ServiceTracker<>(context, EventLoop.class, loop);
    }

    void open() {
        waitings.open();
        loops.open();
    }

    /** With the door's lock held, as everything that reads or changes who is in use. */
    private void exchange() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
        if (waiting.inUse != null && loop.inUse != null) {
            watch = opener.apply(waiting.inUse, loop.inUse);
            watch.open();
        }
    }

    @Override
    public void close() {
        waitings.close();
        loops.close();
    }

    /** Stays with one of a kind while it is there; then takes the best of the others. */
    private final class One<S> implements ServiceTrackerCustomizer<S, S> {

        private final Map<ServiceReference<S>, S> bestFirst = new TreeMap<>(Collections.reverseOrder());
        private S inUse;

        @Override
        public S addingService(ServiceReference<S> reference) {
            S service = context.getService(reference);
            if (service != null) {
                synchronized (Door.this) {
                    bestFirst.put(reference, service);
                    if (inUse == null) {
                        inUse = service;
                        exchange();
                    }
                }
            }
            return service;
        }

        @Override
        public void modifiedService(ServiceReference<S> reference, S service) {
            // Its properties say nothing to us.
        }

        @Override
        public void removedService(ServiceReference<S> reference, S service) {
            synchronized (Door.this) {
                bestFirst.remove(reference);
                if (inUse == service) {
                    inUse = bestFirst.values().stream().findFirst().orElse(null);
                    exchange();
                }
            }
            context.ungetService(reference);
        }
    }
}
