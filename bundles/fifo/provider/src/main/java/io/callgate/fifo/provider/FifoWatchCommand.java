// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.PeerListener;
import io.callgate.fifo.RecordListener;
import io.callgate.platform.AllLines;
import io.callgate.platform.Watches;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Hashtable;
import java.util.Locale;
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

    private final BundleContext context;
    private final Configured configured;
    private final Watches watches = new Watches("fifo:watch");

    /** @param context to register the listeners of a watch */
    @Activate
    public FifoWatchCommand(BundleContext context, @Reference Configured configured) {
        this.context = context;
        this.configured = configured;
    }

    /** Prints records and peers until it is interrupted, nobody reads them any more, or this command goes. */
    @Descriptor("shows peers that come and leave, and takes records out of a FIFO unless an application listens to it,"
            + " until Ctrl-C")
    public void watch(CommandSession session, @Descriptor("name of the FIFO") String name) throws Exception {
        PrintStream out = session.getConsole();
        String state = configured.named(name).now().words();
        if (!state.equals("live")) {
            out.println(name + " is " + state);
        }
        tellWhoListens(name, out);
        watches.run(new AllLines(), lines -> Watches.closing(listen(name, lines)), out);
    }

    private void tellWhoListens(String name, PrintStream out) throws InvalidSyntaxException {
        for (ServiceReference<RecordListener> reference :
                context.getServiceReferences(RecordListener.class, "(" + RecordListener.FIFO + "=" + name + ")")) {
            out.println("bundle " + reference.getBundle().getSymbolicName() + " listens to " + name
                    + " and has the records: they are shown here when it leaves");
        }
    }

    private ServiceRegistration<?>[] listen(String name, AllLines lines) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(RecordListener.FIFO, name);
        properties.put(Constants.SERVICE_RANKING, Integer.MIN_VALUE);
        RecordListener records =
                (fifo, record) -> lines.add(Instant.now() + "  " + fifo.name() + "  " + FifoCommands.shown(record));
        PeerListener peers = event -> lines.add(event.time() + "  " + event.fifo() + "  peer "
                + event.peer().name().toLowerCase(Locale.ROOT)
                + (event.lost() == 0 ? "" : ", " + event.lost() + " changes before not shown"));
        return new ServiceRegistration<?>[] {
            context.registerService(PeerListener.class, peers, properties),
            context.registerService(RecordListener.class, records, properties)
        };
    }

    /** Ends the watches that run. */
    @Deactivate
    public void stop() {
        watches.stop();
    }
}
