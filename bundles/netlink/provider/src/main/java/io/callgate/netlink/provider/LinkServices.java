// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.netlink.EntryListener;
import io.callgate.netlink.Link;
import io.callgate.netlink.LinkSettings;
import io.callgate.netlink.NetworkLink;
import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Makes a service of every link that the kernel has. */
@Component(
        service = {},
        immediate = true)
public final class LinkServices implements EntryListener<Link> {

    private final BundleContext context;
    private final Tables tables;
    private final EventLoop.Registration following;
    private final Map<Integer, Offered> offered = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Begins to follow them. */
    @Activate
    public LinkServices(BundleContext context, @Reference Tables tables) {
        this.context = context;
        this.tables = tables;
        this.following = tables.follow(Link.class, "", this);
    }

    @Override
    public void existing(List<Link> links) {
        links.forEach(this::added);
    }

    @Override
    public void added(Link link) {
        if (!closed) {
            Offered one = new Offered(link);
            offered.put(link.index(), one);
            one.registration = context.registerService(NetworkLink.class, one, properties(link));
        }
    }

    @Override
    public void changed(Link before, Link now) {
        Offered one = offered.get(now.index());
        if (one == null) {
            return;
        }
        one.link = now;
        Dictionary<String, Object> properties = properties(now);
        if (!properties.equals(properties(before))) {
            one.registration.setProperties(properties);
        }
    }

    @Override
    public void removed(Link link) {
        Offered one = offered.remove(link.index());
        if (one != null) {
            one.registration.unregister();
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
        following.close();
        List.copyOf(offered.values()).forEach(one -> removed(one.link));
    }

    private final class Offered implements NetworkLink {

        private volatile Link link;
        private ServiceRegistration<NetworkLink> registration; // in the listener's lane, and after its end

        Offered(Link link) {
            this.link = link;
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
