// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.sysfs.ValueListener;
import java.io.PrintStream;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** The watches of one command that run now, each in a session of its own. Thread safe. */
final class Watches {

    private final BundleContext context;
    private final String command;
    private final Map<Watch, ServiceRegistration<?>> running = new IdentityHashMap<>(); // guarded by this
    private boolean stopped; // guarded by this

    /**
     * @param context to register the listener of a watch
     * @param command as it is typed, for messages
     */
    Watches(BundleContext context, String command) {
        this.context = context;
        this.command = command;
    }

    /**
     * Prints changes until the thread is interrupted, nobody reads them any more, or the commands stop.
     *
     * @param wanted service properties of the listener
     */
    void run(Map<String, ?> wanted, PrintStream out) throws InterruptedException {
        Watch watch = begin(wanted);
        try {
            for (String line = watch.next(); line != null && !out.checkError(); line = watch.next()) {
                out.println(line);
            }
        } finally {
            end(watch, "");
        }
    }

    private Watch begin(Map<String, ?> wanted) {
        Watch watch = new Watch();
        ServiceRegistration<?> registration =
                context.registerService(ValueListener.class, watch, new Hashtable<>(wanted));
        synchronized (this) {
            if (!stopped) {
                running.put(watch, registration);
                return watch;
            }
        }
        registration.unregister();
        throw new IllegalStateException(farewell());
    }

    /** Whoever comes first ends it: the command itself, or {@link #stop}, after which its registration is dead. */
    private void end(Watch watch, String why) {
        ServiceRegistration<?> registration;
        synchronized (this) {
            registration = running.remove(watch);
        }
        if (registration != null) {
            registration.unregister();
            watch.end(why);
        }
    }

    /** Ends the watches that run, so that no session sits in a bundle that is no more. */
    void stop() {
        List<Watch> ending;
        synchronized (this) {
            stopped = true;
            ending = List.copyOf(running.keySet());
        }
        ending.forEach(watch -> end(watch, farewell()));
    }

    private String farewell() {
        return command + " has ended, since its bundle was stopped or updated: give the command again";
    }
}
