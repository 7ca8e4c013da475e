// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.notify;

import io.callgate.fifo.Fifo;
import io.callgate.netlink.Address;
import io.callgate.netlink.AddressListener;
import io.callgate.netlink.EntryListener;
import io.callgate.netlink.Link;
import io.callgate.netlink.LinkListener;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.UeventListener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Tells in the log what happens on the machine, and other programs by the FIFO that is configured as {@code notify}. */
@Component(
        immediate = true,
        configurationPid = "io.callgate.apps.notify",
        service = {})
@Designate(ocd = Notify.Config.class)
public final class Notify {

    /** What is told, and how often. */
    @ObjectClassDefinition(name = "Notify", description = "Tells what happens on the machine")
    public @interface Config {

        @AttributeDefinition(required = false, description = "Which links, an LDAP filter; empty for none")
        String links() default "(!(loopback=true))";

        @AttributeDefinition(required = false, description = "Which addresses, an LDAP filter; empty for none")
        String addresses() default "(!(scope=254))";

        @AttributeDefinition(required = false, description = "Which uevents, an LDAP filter; empty for none")
        String devices() default "(&(|(ACTION=add)(ACTION=remove))(|(SUBSYSTEM=block)(SUBSYSTEM=usb)(SUBSYSTEM=tty)))";

        @AttributeDefinition(required = false, min = "1", description = "Most lines in a minute; the rest is counted")
        int perMinute() default 60;
    }

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final Config config;
    private final Logger log;
    private final LongSupplier nanoTime;
    private final List<ServiceRegistration<?>> listeners = new ArrayList<>();
    private long minute; // when it began; guarded by this, as the next two
    private int said;
    private int unsaid;

    @Reference(
            target = "(callgate.name=notify)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC)
    volatile Fifo fifo;

    @Activate
    public Notify(BundleContext context, Config config, @Reference(service = LoggerFactory.class) Logger log) {
        this(context, config, log, System::nanoTime);
    }

    Notify(BundleContext context, Config config, Logger log, LongSupplier nanoTime) {
        this.config = config;
        this.log = log;
        this.nanoTime = nanoTime;
        this.minute = nanoTime.getAsLong();
        listen(context, LinkListener.class, new Links(), LinkListener.FILTER, config.links());
        listen(context, AddressListener.class, new Addresses(), LinkListener.FILTER, config.addresses());
        UeventListener devices = event -> tell(event.subsystem() + " " + event.devpath() + " " + event.action());
        listen(context, UeventListener.class, devices, UeventListener.FILTER, config.devices());
    }

    private <L> void listen(BundleContext context, Class<L> type, L listener, String key, String filter) {
        if (!filter.isBlank()) {
            listeners.add(context.registerService(type, listener, FrameworkUtil.asDictionary(Map.of(key, filter))));
        }
    }

    private synchronized void tell(String line) {
        if (nanoTime.getAsLong() - minute >= MINUTE) {
            minute = nanoTime.getAsLong();
            said = 0;
        }
        if (++said > config.perMinute()) {
            unsaid++;
            return;
        }
        write(unsaid == 0 ? line : line + " (" + unsaid + " lines before it were too many for a minute)");
        unsaid = 0;
    }

    private void write(String line) {
        log.info("{}", line);
        Fifo out = fifo;
        try {
            if (out != null) {
                out.write(line, Duration.ZERO); // who does not read at once finds it in the log
            }
        } catch (IOException | UnsupportedOperationException e) {
            log.warn("The line before was not written to {}: {}", out.path(), e.getMessage());
        }
    }

    @Deactivate
    public void close() {
        listeners.forEach(ServiceRegistration::unregister);
    }

    /** A line for each change that changes the line; what is there at the start is no news. */
    private abstract class Changes<T extends NetworkEntry> implements EntryListener<T> {

        abstract String name(T entry);

        abstract String state(T entry);

        @Override
        public void existing(List<T> entries) {}

        @Override
        public void added(T entry) {
            tell(name(entry) + " " + state(entry));
        }

        @Override
        public void changed(T before, T now) {
            if (!state(before).equals(state(now))) {
                added(now);
            }
        }

        @Override
        public void removed(T entry) {
            tell(name(entry) + " has gone");
        }
    }

    private final class Links extends Changes<Link> implements LinkListener {

        @Override
        String name(Link link) {
            return "link " + link.name();
        }

        @Override
        String state(Link link) {
            return "is " + link.state().word();
        }
    }

    private final class Addresses extends Changes<Address> implements AddressListener {

        @Override
        String name(Address address) {
            return "address " + address.local();
        }

        @Override
        String state(Address address) {
            return "is there";
        }
    }
}
