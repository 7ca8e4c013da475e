// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The store's own thread, started with its first work. */
final class AgendaThread implements Agenda, AutoCloseable {

    private static final String NAME = "callgate-config";

    private final Duration patience;
    private final OneLineLog log;
    private volatile Thread thread;
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, this::thread);

    /** @param patience how long {@link #close} waits for the work at hand */
    AgendaThread(Duration patience, OneLineLog log) {
        this.patience = patience;
        this.log = log;
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

    /** Drops what has not begun, and waits for what is being done: never interrupted, for it may be a write. */
    @Override
    public void close() throws InterruptedException {
        executor.shutdown();
        boolean own = Thread.currentThread() == thread;
        if (!own && !executor.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            log.warn("the thread " + NAME + " did not end within " + patience.toMillis()
                    + " ms: its disk does not answer, or a configuration listener keeps it");
        }
    }

    private Thread thread(Runnable work) {
        thread = new Thread(work, NAME);
        thread.setDaemon(true);
        return thread;
    }

    /** A mistake in one piece of work is told, and not kept in a future nobody looks at; the next piece runs. */
    private Runnable guarded(Runnable work) {
        return () -> {
            try {
                if (!executor.isShutdown()) { // what is due already would still be done
                    work.run();
                }
            } catch (RuntimeException | Error e) {
                log.mistake("a piece of work of " + NAME + " was not done", e);
            }
        };
    }
}
