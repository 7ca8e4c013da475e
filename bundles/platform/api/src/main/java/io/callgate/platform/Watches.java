// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.ServiceRegistration;

/**
 * A command that shows what happens until Ctrl-C, as often as it runs now, each in a session of its own. Thread safe.
 *
 * <pre>{@code
 * private final Watches watches = new Watches("gpio:watch");
 *
 * public void watch(CommandSession session) throws Exception {
 *     watches.run(new NewestLines(256), lines -> Watches.closing(listen(lines)), session.getConsole());
 * }
 *
 * @Deactivate
 * public void stop() {
 *     watches.stop();
 * }
 * }</pre>
 */
public final class Watches {

    /** Where the lines come from. */
    @FunctionalInterface
    public interface Source<L extends WatchedLines> {

        /**
         * Begins to fill the lines; called once, on the command's thread.
         *
         * @return what ends that; closed on the command's thread, when the lines have ended already
         */
        AutoCloseable begin(L lines) throws Exception;
    }

    private final String command;
    private final Set<WatchedLines> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** @param command as it is typed, {@code gpio:watch} */
    public Watches(String command) {
        this.command = command;
    }

    /** Unregisters what was registered for a watch; the framework may have been faster, when the bundle was stopped. */
    public static AutoCloseable closing(ServiceRegistration<?>... registrations) {
        return () -> List.of(registrations).forEach(Watches::unregister);
    }

    private static void unregister(ServiceRegistration<?> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException unregisteredAlready) {
            return;
        }
    }

    /**
     * Prints lines until the thread is interrupted, nobody reads them any more, or the command stops.
     *
     * @throws IllegalStateException if it has stopped before
     */
    public <L extends WatchedLines> void run(L lines, Source<L> source, PrintStream out) throws Exception {
        running.add(lines);
        try {
            if (stopped) { // asked for only now: a stop from here on finds the lines
                throw new IllegalStateException(farewell());
            }
            print(lines, source.begin(lines), out);
        } finally {
            running.remove(lines);
        }
    }

    private static void print(WatchedLines lines, AutoCloseable begun, PrintStream out) throws Exception {
        try (begun) {
            try {
                for (String line = lines.next(); line != null && !out.checkError(); line = lines.next()) {
                    out.println(line);
                }
            } finally {
                lines.end(""); // whoever waits for room goes on, and can be waited for
            }
        } finally {
            lines.rest().forEach(out::println);
        }
    }

    /** Ends those that run, so that no session sits in a bundle that is no more. */
    public void stop() {
        stopped = true;
        running.forEach(lines -> lines.end(farewell()));
    }

    private String farewell() {
        return command + " has ended, since its bundle was stopped or updated: give the command again";
    }
}
