// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.PeerListener;
import io.callgate.fifo.RecordListener;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Watching a FIFO is consuming it: no application loses a record by it, since they all come first. */
@Component(
        service = FifoWatchCommand.class,
        property = {"osgi.command.scope=fifo", "osgi.command.function=watch"})
public final class FifoWatchCommand {

    private static final String STOPPED =
            "fifo:watch has ended, since its bundle was stopped or updated: give the command again";

    private final BundleContext context;
    private final Configured configured;
    private final Set<Lines> running = new HashSet<>(); // guarded by this
    private boolean stopped; // guarded by this

    /** @param context to register the listeners of a watch */
    @Activate
    public FifoWatchCommand(BundleContext context, @Reference Configured configured) {
        this.context = context;
        this.configured = configured;
    }

    /** Prints records and peers until it is interrupted, nobody reads them any more, or this command goes. */
    @Descriptor("shows peers that come and leave, and takes records out of a FIFO unless an application listens to it,"
            + " until Ctrl-C")
    public void watch(CommandSession session, @Descriptor("name of the FIFO") String name)
            throws InterruptedException, InvalidSyntaxException {
        PrintStream out = session.getConsole();
        String state = Configured.state(configured.named(name));
        if (!state.equals("live")) {
            out.println(name + " is " + state);
        }
        tellWhoListens(name, out);
        Lines lines = new Lines();
        begin(lines);
        Collection<ServiceRegistration<?>> registrations = listen(name, lines);
        try {
            for (String line = lines.next(); line != null && !out.checkError(); line = lines.next()) {
                out.println(line);
            }
        } finally {
            lines.end("");
            end(lines, registrations);
            lines.rest().forEach(out::println); // they were taken out of the FIFO: nobody else will show them
        }
    }

    private void tellWhoListens(String name, PrintStream out) throws InvalidSyntaxException {
        for (ServiceReference<RecordListener> reference :
                context.getServiceReferences(RecordListener.class, "(" + RecordListener.FIFO + "=" + name + ")")) {
            out.println("bundle " + reference.getBundle().getSymbolicName() + " listens to " + name
                    + " and has the records: they are shown here when it leaves");
        }
    }

    private Collection<ServiceRegistration<?>> listen(String name, Lines lines) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(RecordListener.FIFO, name);
        properties.put(Constants.SERVICE_RANKING, Integer.MIN_VALUE);
        RecordListener records =
                (fifo, record) -> lines.add(Instant.now() + "  " + fifo.name() + "  " + FifoCommands.shown(record));
        PeerListener peers = event -> lines.add(event.time() + "  " + event.fifo() + "  peer "
                + event.peer().name().toLowerCase(Locale.ROOT)
                + (event.lost() == 0 ? "" : ", " + event.lost() + " changes before not shown"));
        return List.of(
                context.registerService(PeerListener.class, peers, properties),
                context.registerService(RecordListener.class, records, properties));
    }

    private synchronized void begin(Lines lines) {
        if (stopped) {
            throw new IllegalStateException(STOPPED);
        }
        running.add(lines);
    }

    private synchronized void end(Lines lines, Collection<ServiceRegistration<?>> registrations) {
        if (running.remove(lines)) {
            registrations.forEach(ServiceRegistration::unregister); // after a stop the framework does it
        }
    }

    /** Ends the watches that run, so that no session sits in a bundle that is no more. */
    @Deactivate
    public void stop() {
        Set<Lines> ending;
        synchronized (this) {
            stopped = true;
            ending = Set.copyOf(running);
            running.clear();
        }
        ending.forEach(lines -> lines.end(STOPPED));
    }
}
