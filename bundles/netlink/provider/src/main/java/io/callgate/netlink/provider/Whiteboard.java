// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.netlink.Address;
import io.callgate.netlink.AddressListener;
import io.callgate.netlink.EntryListener;
import io.callgate.netlink.Link;
import io.callgate.netlink.LinkListener;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Route;
import io.callgate.netlink.RouteListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/** Applications' listeners, each from the moment it is registered until it leaves. */
@Component(
        service = {},
        immediate = true)
public final class Whiteboard {

    private final Tables tables;
    private final Logger log;
    private final Map<Object, EventLoop.Registration> listening = new ConcurrentHashMap<>(); // by kind and service.id

    private record Member(Class<?> kind, Object service) {}

    /** Listens to nothing before there is a listener. */
    @Activate
    public Whiteboard(@Reference Tables tables, @Reference(service = LoggerFactory.class) Logger log) {
        this.tables = tables;
        this.log = log;
    }

    /** A listener of links has come. */
    @Reference(
            name = "link",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updatedLink",
            unbind = "removeLink")
    public void addLink(LinkListener listener, Map<String, Object> properties) {
        add(Link.class, listener, properties);
    }

    /** It has other properties. */
    public void updatedLink(LinkListener listener, Map<String, Object> properties) {
        remove(Link.class, properties);
        add(Link.class, listener, properties);
    }

    /** It has left. */
    public void removeLink(LinkListener listener, Map<String, Object> properties) {
        remove(Link.class, properties);
    }

    /** A listener of addresses has come. */
    @Reference(
            name = "address",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updatedAddress",
            unbind = "removeAddress")
    public void addAddress(AddressListener listener, Map<String, Object> properties) {
        add(Address.class, listener, properties);
    }

    /** It has other properties. */
    public void updatedAddress(AddressListener listener, Map<String, Object> properties) {
        remove(Address.class, properties);
        add(Address.class, listener, properties);
    }

    /** It has left. */
    public void removeAddress(AddressListener listener, Map<String, Object> properties) {
        remove(Address.class, properties);
    }

    /** A listener of routes has come. */
    @Reference(
            name = "route",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updatedRoute",
            unbind = "removeRoute")
    public void addRoute(RouteListener listener, Map<String, Object> properties) {
        add(Route.class, listener, properties);
    }

    /** It has other properties. */
    public void updatedRoute(RouteListener listener, Map<String, Object> properties) {
        remove(Route.class, properties);
        add(Route.class, listener, properties);
    }

    /** It has left. */
    public void removeRoute(RouteListener listener, Map<String, Object> properties) {
        remove(Route.class, properties);
    }

    private <T extends NetworkEntry> void add(
            Class<T> kind, EntryListener<T> listener, Map<String, Object> properties) {
        long id = (Long) properties.get("service.id");
        Object filter = properties.getOrDefault(LinkListener.FILTER, "");
        try {
            listening.put(member(kind, properties), tables.follow(kind, filter.toString(), listener, id));
        } catch (IllegalArgumentException e) {
            log.warn("{} is told nothing: {}", listener.getClass().getName(), e.getMessage());
        }
    }

    private void remove(Class<?> kind, Map<String, Object> properties) {
        EventLoop.Registration leaving = listening.remove(member(kind, properties));
        if (leaving != null) {
            leaving.close();
        }
    }

    /** Comes before the listeners are unbound. */
    @Deactivate
    public void close() {
        tables.handOver();
    }

    private static Member member(Class<?> kind, Map<String, Object> properties) {
        return new Member(kind, properties.get("service.id"));
    }
}
