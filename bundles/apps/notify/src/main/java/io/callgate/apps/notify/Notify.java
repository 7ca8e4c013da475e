// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.notify;

import io.callgate.fifo.Access;
import io.callgate.fifo.Fifo;
import io.callgate.netlink.Address;
import io.callgate.netlink.AddressListener;
import io.callgate.netlink.Link;
import io.callgate.netlink.LinkListener;
import io.callgate.netlink.Uevent;
import io.callgate.netlink.UeventListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
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

/**
 * Tells in the log what happens on the machine: links up and down, addresses, devices that come and go. The same lines go to other
 * programs through the FIFO that is configured as {@code io.callgate.fifo.pipe~notify}, if there is one and it is read.
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = "io.callgate.apps.notify")
@Designate(ocd = Notify.Config.class)
public final class Notify {

    /** What is told, and how often. */
    @ObjectClassDefinition(name = "Notify", description = "Tells in the log what happens on the machine")
    public @interface Config {

        @AttributeDefinition(required = false, description = "Which links, an LDAP filter; empty for none")
        String links() default "(!(loopback=true))";

        @AttributeDefinition(required = false, description = "Which addresses, an LDAP filter; empty for none")
        String addresses() default "(!(scope=254))";

        @AttributeDefinition(
                required = false,
                description = "Which devices, an LDAP filter over the variables of uevents; empty for none")
        String devices() default "(&(|(ACTION=add)(ACTION=remove))(|(SUBSYSTEM=block)(SUBSYSTEM=usb)(SUBSYSTEM=tty)))";

        @AttributeDefinition(required = false, min = "1", description = "Most lines in a minute; the rest is counted")
        int perMinute() default 60;
    }

    private final BundleContext context;
    private final List<ServiceRegistration<?>> listeners;
    private final RateLimit limit;
    private final Logger log;

    @Reference(
            target = "(callgate.name=notify)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC)
    volatile Fifo fifo;

    /** Becomes a listener of each kind for which there is a filter. */
    @Activate
    public Notify(BundleContext context, Config config, @Reference(service = LoggerFactory.class) Logger log) {
        this.context = context;
        this.log = log;
        this.limit = new RateLimit(config.perMinute(), System::nanoTime);
        this.listeners = Stream.of(
                        listen(LinkListener.class, new Links(), LinkListener.FILTER, config.links()),
                        listen(AddressListener.class, new Addresses(), LinkListener.FILTER, config.addresses()),
                        listen(UeventListener.class, this::announced, UeventListener.FILTER, config.devices()))
                .flatMap(List::stream)
                .toList();
    }

    private <L> List<ServiceRegistration<?>> listen(Class<L> type, L listener, String key, String filter) {
        if (filter.isBlank()) {
            return List.of();
        }
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(key, filter);
        return List.of(context.registerService(type, listener, properties));
    }

    private void announced(Uevent event) {
        tell(event.subsystem() + " device " + event.devpath() + ": " + event.action());
    }

    private void tell(String line) {
        RateLimit.Verdict verdict = limit.ask();
        if (verdict.unsaid() > 0) {
            log.warn("{} lines were not written: more than perMinute allows", verdict.unsaid());
        }
        if (verdict.isAllowed()) {
            log.info(line);
            write(line);
        }
    }

    private void write(String line) {
        Fifo out = fifo;
        try {
            if (out != null && out.access() != Access.READ) {
                out.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)), Duration.ZERO);
            }
        } catch (IOException e) {
            log.warn("The line before was not written to {}: {}", out.path(), e.getMessage());
        }
    }

    /** Takes the listeners back. */
    @Deactivate
    public void close() {
        listeners.forEach(ServiceRegistration::unregister);
    }

    private final class Links extends Changes<Link> implements LinkListener {

        Links() {
            super(
                    Notify.this::tell,
                    link -> "link " + link.name() + " is " + link.state().word(),
                    Link::name);
        }
    }

    private final class Addresses extends Changes<Address> implements AddressListener {

        Addresses() {
            super(
                    Notify.this::tell,
                    each -> "address " + each.local() + " is there",
                    each -> "address " + each.local());
        }
    }
}
