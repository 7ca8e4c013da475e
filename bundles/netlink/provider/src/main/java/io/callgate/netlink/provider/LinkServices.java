// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.netlink.EntryListener;
import io.callgate.netlink.Link;
import io.callgate.netlink.LinkSettings;
import io.callgate.netlink.NetworkLink;
import io.callgate.resource.Damping;
import io.callgate.resource.Settling;
import io.callgate.resource.Settlings;
import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Makes a service of every link that the kernel has; one that comes and goes too often is held back (see {@link Damping}). */
@Component(
        service = {},
        immediate = true)
public final class LinkServices implements EntryListener<Link> {

    private final BundleContext context;
    private final Tables tables;
    private final EventLoop.Registration following;
    private final ServiceRegistration<?> explaining;
    private final Map<Integer, Offered> offered = new ConcurrentHashMap<>();
    private final Settlings settlings;
    private volatile boolean closed;

    /** Begins to follow them. */
    @Activate
    public LinkServices(BundleContext context, @Reference Tables tables) {
        this.context = context;
        this.tables = tables;
        this.settlings = new Settlings(context, this::settled);
        Function<String, String> why = this::why;
        this.explaining = context.registerService(
                Function.class, why, FrameworkUtil.asDictionary(Map.of("callgate.why", "netlink")));
        this.following = tables.follow(Link.class, "", this);
    }

    /** For {@code why NAME}: a link that is held back; null for all others. */
    private String why(String name) {
        return offered.values().stream()
                .filter(one -> one.link.name().equals(name))
                .map(Offered::why)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
    }

    @Override
    public void existing(List<Link> links) {
        links.forEach(this::added);
    }

    @Override
    public void added(Link link) {
        if (closed) {
            return;
        }
        Offered one = new Offered(link, settlings.of(link.name()));
        offered.put(link.index(), one);
        one.comes();
    }

    /** In another thread than the others. */
    private void settled(String name) {
        for (Offered one : offered.values()) {
            if (one.arrival.equals(name)) {
                one.register();
            }
        }
    }

    @Override
    public void changed(Link before, Link now) {
        Offered one = offered.get(now.index());
        if (one != null) {
            one.changes(before, now);
        }
    }

    @Override
    public void removed(Link link) {
        Offered one = offered.remove(link.index());
        if (one != null) {
            one.goes();
        }
    }

    private static Dictionary<String, Object> properties(Link link) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(NetworkLink.NAME, link.name());
        properties.put(NetworkLink.INDEX, link.index());
        properties.put(NetworkLink.KIND, link.kind());
        properties.put(NetworkLink.STATE, link.state().word());
        return properties;
    }

    /** Takes all services back. When this returns nothing more is told. */
    @Deactivate
    public void close() {
        closed = true;
        explaining.unregister();
        following.close();
        List.copyOf(offered.values()).forEach(one -> removed(one.link));
    }

    private final class Offered implements NetworkLink {

        private final Settling settling;
        private final String arrival; // its name when it came
        private volatile Link link;
        private volatile String heldBack = "";
        private ServiceRegistration<NetworkLink> registration; // guarded by this
        private boolean gone; // guarded by this

        Offered(Link link, Settling settling) {
            this.link = link;
            this.arrival = link.name();
            this.settling = settling;
        }

        void comes() {
            settling.comes().ifPresentOrElse(why -> heldBack = why, this::register);
        }

        synchronized void register() {
            if (!gone && registration == null) {
                heldBack = "";
                registration = context.registerService(NetworkLink.class, this, properties(link));
            }
        }

        synchronized void changes(Link before, Link now) {
            link = now;
            Dictionary<String, Object> properties = properties(now);
            if (registration != null && !properties.equals(properties(before))) {
                registration.setProperties(properties);
            }
        }

        void goes() {
            settling.goes();
            synchronized (this) {
                gone = true;
                if (registration != null) {
                    registration.unregister();
                }
            }
        }

        Optional<String> why() {
            String why = heldBack;
            return why.isEmpty() ? Optional.empty() : Optional.of("link " + link.name() + " has no service: " + why);
        }

        @Override
        public Link now() {
            return link;
        }

        @Override
        public void change(LinkSettings settings) throws IOException {
            tables.connection().acknowledged(LinkCodec.change(link.index(), settings));
        }

        @Override
        public String toString() {
            return link.name();
        }
    }
}
