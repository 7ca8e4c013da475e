// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource.provider;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes threads that hold nothing of whoever caused them: a thread is made by the first call that finds none free, and
 * lives on when that caller's bundle has been updated.
 */
final class DispatchThreads implements ThreadFactory {

    private static final long IDLE_SECONDS = 10;

    private final String name;
    private final AtomicInteger number = new AtomicInteger();

    private DispatchThreads(String name) {
        this.name = name;
    }

    /** At most so many threads, that come with the work and go when there is none. */
    static ThreadPoolExecutor pool(String name, int most) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DispatchThreads(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** One thread for what is to be done later, that goes when there is nothing. */
    static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, new DispatchThreads(name));
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /**
     * Until Java 24 a thread keeps the access control context of the stack that made it, and with it the class loaders of
     * all who are on that stack; a privileged action cuts the stack off here. The context class loader and inherited
     * thread locals would hold them too.
     */
    @Override
    @SuppressWarnings("removal")
    public Thread newThread(Runnable task) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            Thread thread = new Thread(null, task, name + "-" + number.incrementAndGet(), 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        });
    }
}
