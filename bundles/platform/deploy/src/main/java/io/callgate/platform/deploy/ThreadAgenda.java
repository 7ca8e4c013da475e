// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The agenda of the thread {@code callgate-deploy}. */
final class ThreadAgenda implements Agenda {

    private static final Later NEVER = () -> {};

    private final Journal journal;
    private final Duration patience;
    private final ScheduledThreadPoolExecutor executor;
    private volatile Thread thread;

    /** @param patience how long a close waits for what is being done, and then again after an interrupt */
    ThreadAgenda(String name, Duration patience, Journal journal) {
        this.journal = journal;
        this.patience = patience;
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, name);
            created.setDaemon(true);
            created.setContextClassLoader(null);
            thread = created;
            return created;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void execute(Runnable task) {
        after(Duration.ZERO, task);
    }

    @Override
    public Later after(Duration delay, Runnable task) {
        try {
            Future<?> future = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            return NEVER;
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | LinkageError e) {
            journal.failed("the deployer stumbled over its own feet; it goes on with the next file", e);
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void close() {
        executor.shutdown();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            if (!ended()) {
                executor.shutdownNow();
                if (!ended()) {
                    journal.warn(thread.getName() + " does not end: it is inside " + thread.getStackTrace()[0]);
                }
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private boolean ended() throws InterruptedException {
        return executor.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
