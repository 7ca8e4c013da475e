// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The store's own thread, started with its first work. */
final class AgendaThread implements Agenda, AutoCloseable {

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, work -> {
        Thread thread = new Thread(work, "callgate-config");
        thread.setDaemon(true);
        return thread;
    });

    AgendaThread() {
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // The bundle is stopping then; what is left to do is found at the next start.
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public void after(Duration delay, Runnable work) {
        executor.schedule(guarded(work), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public void close() {
        executor.shutdown();
    }

    /** A mistake in one piece of work is reported, and not kept in a future nobody looks at. */
    private static Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                Thread current = Thread.currentThread();
                current.getUncaughtExceptionHandler().uncaughtException(current, e);
            }
        };
    }
}
