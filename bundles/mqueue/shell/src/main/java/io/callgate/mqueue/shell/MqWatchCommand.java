// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.shell;

import io.callgate.mqueue.MessageListener;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.Hashtable;
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

/** Watching a queue is consuming it: no application loses a message by it, since they all come first. */
@Component(
        service = MqWatchCommand.class,
        property = {"osgi.command.scope=mq", "osgi.command.function=watch"})
public final class MqWatchCommand {

    private static final String STOPPED =
            "mq:watch has ended, since its bundle was stopped or updated: give the command again";

    private final BundleContext context;
    private final Configured configured;
    private final Set<Lines> running = new HashSet<>(); // guarded by this
    private boolean stopped; // guarded by this

    /** @param context to register the listener of a watch */
    @Activate
    public MqWatchCommand(BundleContext context, @Reference Configured configured) {
        this.context = context;
        this.configured = configured;
    }

    /** Prints messages until it is interrupted, nobody reads them any more, or this command goes. */
    @Descriptor("takes the messages out of a queue and shows them until Ctrl-C, unless an application listens to it")
    public void watch(CommandSession session, @Descriptor("name of the queue") String name)
            throws InterruptedException, InvalidSyntaxException {
        PrintStream out = session.getConsole();
        String state = Configured.state(configured.named(name));
        if (!state.equals("live")) {
            out.println(name + " is " + state);
        }
        tellWhoListens(name, out);
        Lines lines = new Lines();
        begin(lines);
        ServiceRegistration<MessageListener> registration = listen(name, lines);
        try {
            for (String line = lines.next(); line != null && !out.checkError(); line = lines.next()) {
                out.println(line);
            }
        } finally {
            lines.end("");
            end(lines, registration);
            lines.rest().forEach(out::println); // they were taken out of the queue: nobody else will show them
        }
    }

    private void tellWhoListens(String name, PrintStream out) throws InvalidSyntaxException {
        for (ServiceReference<MessageListener> reference :
                context.getServiceReferences(MessageListener.class, "(" + MessageListener.QUEUE + "=" + name + ")")) {
            out.println("bundle " + reference.getBundle().getSymbolicName() + " listens to " + name
                    + " and has the messages: they are shown here when it leaves");
        }
    }

    private ServiceRegistration<MessageListener> listen(String name, Lines lines) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(MessageListener.QUEUE, name);
        properties.put(Constants.SERVICE_RANKING, Integer.MIN_VALUE);
        MessageListener listener = (queue, message) ->
                lines.add(Instant.now() + "  " + queue.name() + "  " + MqCommands.shown(queue, message));
        return context.registerService(MessageListener.class, listener, properties);
    }

    private synchronized void begin(Lines lines) {
        if (stopped) {
            throw new IllegalStateException(STOPPED);
        }
        running.add(lines);
    }

    private synchronized void end(Lines lines, ServiceRegistration<?> registration) {
        if (running.remove(lines)) {
            registration.unregister(); // after a stop the framework does it
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
