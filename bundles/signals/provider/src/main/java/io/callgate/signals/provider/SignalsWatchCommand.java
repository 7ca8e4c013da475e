// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.platform.AllLines;
import io.callgate.platform.Watches;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalEvent;
import io.callgate.signals.SignalListener;
import io.callgate.signals.SignalState;
import io.callgate.signals.Signals;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Hashtable;
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

    private final BundleContext context;
    private final Signals signals;
    private final Watches watches = new Watches("signals:watch");

    /** @param context to register the listener of a watch */
    @Activate
    public SignalsWatchCommand(BundleContext context, @Reference Signals signals) {
        this.context = context;
        this.signals = signals;
    }

    /** Prints until it is interrupted, nobody reads any more, or this command goes. */
    @Descriptor("shows a signal with its sender and value whenever it is heard, until Ctrl-C")
    public void watch(CommandSession session, @Descriptor("for example USR1 or RTMIN+3") String signal)
            throws Exception {
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
        watches.run(new AllLines(), lines -> Watches.closing(listen(state.signal(), lines)), out);
    }

    private ServiceRegistration<?> listen(Signal signal, AllLines lines) {
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

    /** Ends the watches that run. */
    @Deactivate
    public void stop() {
        watches.stop();
    }
}
