// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import java.io.PrintStream;
import java.util.IdentityHashMap;
import java.util.Map;

/** The watches of commands that run now, each in a session of its own. Thread safe. */
final class Watches {

    /** Begins to fill the lines. */
    @FunctionalInterface
    interface Source {
        AutoCloseable begin(Lines lines) throws Exception;
    }

    private final String command;
    private final Map<Lines, Lines> running = new IdentityHashMap<>(); // guarded by this
    private boolean stopped; // guarded by this

    /** @param command as it is typed */
    Watches(String command) {
        this.command = command;
    }

    /** Prints lines until the thread is interrupted, nobody reads them any more, or the commands stop. */
    void run(Source source, PrintStream out) throws Exception {
        Lines lines = new Lines();
        synchronized (this) {
            if (stopped) {
                throw new IllegalStateException(farewell());
            }
            running.put(lines, lines);
        }
        try (AutoCloseable begun = source.begin(lines)) {
            for (String line = lines.next(); line != null && !out.checkError(); line = lines.next()) {
                out.println(line);
            }
        } finally {
            synchronized (this) {
                running.remove(lines);
            }
        }
    }

    /** Ends the watches that run, so that no session sits in a bundle that is no more. */
    synchronized void stop() {
        stopped = true;
        running.keySet().forEach(lines -> lines.end(farewell()));
    }

    private String farewell() {
        return command + " has ended, since its bundle was stopped or updated: give the command again";
    }
}
