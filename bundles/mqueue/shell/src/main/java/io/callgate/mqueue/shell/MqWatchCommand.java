// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.shell;

import io.callgate.mqueue.MessageListener;
import io.callgate.platform.AllLines;
import io.callgate.platform.Watches;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Hashtable;
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

    private final BundleContext context;
    private final Configured configured;
    private final Watches watches = new Watches("mq:watch");

    /** @param context to register the listener of a watch */
    @Activate
    public MqWatchCommand(BundleContext context, @Reference Configured configured) {
        this.context = context;
        this.configured = configured;
    }

    /** Prints messages until it is interrupted, nobody reads them any more, or this command goes. */
    @Descriptor("takes the messages out of a queue and shows them until Ctrl-C, unless an application listens to it")
    public void watch(CommandSession session, @Descriptor("name of the queue") String name) throws Exception {
        PrintStream out = session.getConsole();
        String state = configured.named(name).now().words();
        if (!state.equals("live")) {
            out.println(name + " is " + state);
        }
        tellWhoListens(name, out);
        watches.run(new AllLines(), lines -> Watches.closing(listen(name, lines)), out);
    }

    private void tellWhoListens(String name, PrintStream out) throws InvalidSyntaxException {
        for (ServiceReference<MessageListener> reference :
                context.getServiceReferences(MessageListener.class, "(" + MessageListener.QUEUE + "=" + name + ")")) {
            out.println("bundle " + reference.getBundle().getSymbolicName() + " listens to " + name
                    + " and has the messages: they are shown here when it leaves");
        }
    }

    private ServiceRegistration<MessageListener> listen(String name, AllLines lines) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(MessageListener.QUEUE, name);
        properties.put(Constants.SERVICE_RANKING, Integer.MIN_VALUE);
        MessageListener listener = (queue, message) ->
                lines.add(Instant.now() + "  " + queue.name() + "  " + MqCommands.shown(queue, message));
        return context.registerService(MessageListener.class, listener, properties);
    }

    /** Ends the watches that run. */
    @Deactivate
    public void stop() {
        watches.stop();
    }
}
