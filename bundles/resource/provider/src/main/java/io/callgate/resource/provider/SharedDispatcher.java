// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource.provider;

import io.callgate.resource.Dispatcher;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * A few threads that come with the work and go when there is none. A listener that blocks holds one of them, so that
 * as many as there are threads must block before anybody else waits.
 */
@Component
public final class SharedDispatcher implements Dispatcher {

    private static final int THREADS = 8;
    private static final long IDLE_SECONDS = 10;
    private static final long STOP_SECONDS = 2;

    private final Logger log;
    private final ThreadPoolExecutor threads;

    /** Starts no thread yet. */
    @Activate
    public SharedDispatcher(@Reference(service = LoggerFactory.class) Logger log) {
        this.log = log;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "callgate-dispatch-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public Lane lane(String owner, int capacity) {
        return new SerialLane(owner, capacity, threads, log);
    }

    /** Interrupts listeners that are still running, and names those that do not end. */
    @Deactivate
    public void stop() throws InterruptedException {
        threads.shutdownNow();
        if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
            log.warn("{} listeners did not return within {} s of the stop", threads.getActiveCount(), STOP_SECONDS);
        }
    }
}
