// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import org.osgi.service.log.Logger;

/** How the door's few threads are made and ended. */
final class Threads {

    private Threads() {}

    /** A daemon that holds no class loader but our own. */
    static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }

    /** Waits for a thread that was told to end; warns with its name if it does not. Nothing on that thread itself. */
    static void join(Thread thread, long millis, Logger log) {
        if (thread == Thread.currentThread()) {
            return;
        }
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            log.warn(
                    "Thread {} did not end within {} ms; something called from it is blocked",
                    thread.getName(),
                    millis);
        }
    }
}
