// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource.provider;

import io.callgate.resource.Dispatcher;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * A few threads for listeners and a few for drivers. A listener that blocks holds one of the first, so that as many as
 * there are must block before another listener waits; a slow sensor can only hold up other drivers' work.
 */
@Component
public final class SharedDispatcher implements Dispatcher {

    static final int LISTENER_THREADS = 8;
    static final int DRIVER_THREADS = 16;
    private static final long STOP_SECONDS = 2;

    private final Logger log;
    private final LongSupplier nanoTime;
    private final ThreadPoolExecutor listeners = DispatchThreads.pool("callgate-dispatch", LISTENER_THREADS);
    private final ThreadPoolExecutor drivers = DispatchThreads.pool("callgate-driver", DRIVER_THREADS);

    /** Starts no thread yet. */
    @Activate
    public SharedDispatcher(@Reference(service = LoggerFactory.class) Logger log) {
        this(log, System::nanoTime);
    }

    SharedDispatcher(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    @Override
    public Lane lane(String owner, int capacity) {
        return new SerialLane("listener " + owner, capacity, false, listeners, log, nanoTime);
    }

    @Override
    public Lane promptLane(String owner, int capacity) {
        return new SerialLane("listener " + owner, capacity, true, listeners, log, nanoTime);
    }

    @Override
    public Lane blockingLane(String owner, int capacity) {
        return new SerialLane(owner, capacity, false, drivers, log, nanoTime);
    }

    /** Interrupts what is still running, and says how much of it does not end. */
    @Deactivate
    public void stop() throws InterruptedException {
        listeners.shutdownNow();
        drivers.shutdownNow();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        await(listeners, "listeners", end);
        await(drivers, "calls of drivers", end);
    }

    private void await(ThreadPoolExecutor threads, String who, long end) throws InterruptedException {
        if (!threads.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            log.warn("{} {} did not return within {} s of the stop", threads.getActiveCount(), who, STOP_SECONDS);
        }
    }
}
