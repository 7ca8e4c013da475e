// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.signals.Signal;
import io.callgate.signals.SignalEvent;
import io.callgate.signals.SignalListener;
import io.callgate.signals.SignalState;
import io.callgate.signals.Signals;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Listens to a signal and prints; real-time signals only as long as no application listens to them. */
@Component(
        service = SignalsWatchCommand.class,
        property = {"osgi.command.scope=signals", "osgi.command.function=watch"})
public final class SignalsWatchCommand {

    private static final String STOPPED =
            "signals:watch has ended, since its bundle was stopped or updated: give the command again";

    private final BundleContext context;
    private final Signals signals;
    private final Set<Lines> running = new HashSet<>(); // guarded by this
    private boolean stopped; // guarded by this

    /** @param context to register the listener of a watch */
    @Activate
    public SignalsWatchCommand(BundleContext context, @Reference Signals signals) {
        this.context = context;
        this.signals = signals;
    }

    /** Prints until it is interrupted, nobody reads any more, or this command goes. */
    @Descriptor("shows a signal with its sender and value whenever it is heard, until Ctrl-C")
    public void watch(CommandSession session, @Descriptor("for example USR1 or RTMIN+3") String signal)
            throws InterruptedException {
        SignalState state = signals.list().get(Signal.parse(signal).number() - 1);
        if (state.use() == SignalState.Use.RESERVED || state.use() == SignalState.Use.NOT_BLOCKED) {
            throw new IllegalArgumentException(state.signal() + " cannot be heard: " + state.reason());
        }
        PrintStream out = session.getConsole();
        if (!state.reason().isEmpty()) {
            out.println(state.signal() + ": " + state.reason());
        }
        if (state.signal().isRealTime() && !state.listeners().isEmpty()) {
            out.println("bundle " + state.listeners().get(0) + " listens to " + state.signal()
                    + " and has it: it is shown here when that leaves");
        }
        Lines lines = new Lines();
        begin(lines);
        ServiceRegistration<?> registration = listen(state.signal(), lines);
        try {
            for (String line = lines.next(); line != null && !out.checkError(); line = lines.next()) {
                out.println(line);
            }
        } finally {
            lines.end("");
            end(lines, registration);
            lines.rest().forEach(out::println); // they were taken: nobody else will show them
        }
    }

    private ServiceRegistration<?> listen(Signal signal, Lines lines) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(SignalListener.SIGNALS, signal.name());
        properties.put(Constants.SERVICE_RANKING, Integer.MIN_VALUE);
        SignalListener listener = event -> lines.add(Instant.now() + "  " + shown(event));
        return context.registerService(SignalListener.class, listener, properties);
    }

    static String shown(SignalEvent event) {
        StringBuilder line = new StringBuilder(event.signal().toString());
        line.append("  ")
                .append(event.cause().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
        event.sender().ifPresent(sender -> line.append("  pid ")
                .append(sender.pid())
                .append("  uid ")
                .append(sender.uid()));
        event.value().ifPresent(value -> line.append("  value ").append(value));
        event.fd().ifPresent(fd -> line.append("  fd ").append(fd));
        if (event.overruns() > 0) {
            line.append("  overruns ").append(event.overruns());
        }
        if (event.lost() > 0) {
            line.append("  lost ").append(event.lost());
        }
        return line.toString();
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
