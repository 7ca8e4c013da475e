// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import java.security.AccessController;
import java.security.PrivilegedAction;
import org.osgi.service.log.Logger;

/** How the door's few threads are made and ended. */
final class Threads {

    private Threads() {}

    /** A daemon that holds no class loader but our own, whoever is on the stack of the one who needs it first. */
    static Thread daemon(String name, Runnable task) {
        return withoutCallers(() -> {
            Thread thread = new Thread(null, task, name, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        });
    }

    /**
     * Makes something that may start a thread. Before Java 24 a new thread keeps the protection domain, and with it the
     * class loader, of every class on its creator's stack; what is below this frame is not looked at.
     */
    @SuppressWarnings("removal") // nothing else cuts the stack off where it matters, and it does no harm where not
    static <T> T withoutCallers(PrivilegedAction<T> action) {
        return AccessController.doPrivileged(action);
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
