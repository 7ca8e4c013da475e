// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.netlink.Address;
import io.callgate.netlink.EntryListener;
import io.callgate.netlink.Link;
import io.callgate.netlink.LinkSettings;
import io.callgate.netlink.Neighbour;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Route;
import io.callgate.netlink.Rtnetlink;
import io.callgate.netlink.Rule;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** The network tables as one bundle sees them: what it follows ends when it stops. */
@Component(service = Rtnetlink.class, scope = ServiceScope.BUNDLE)
public final class RtnetlinkService implements Rtnetlink {

    private static final int BRIDGE = 7;

    /** A reason of Declarative Services: the bundle that used this has no need of it any more. */
    private static final int LAST_USER_LEFT = 0;

    private final Tables tables;
    private final Set<EventLoop.Registration> following = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Asks nothing. */
    @Activate
    public RtnetlinkService(@Reference Tables tables) {
        this.tables = tables;
    }

    @Override
    public List<Link> links(Selection which) throws IOException {
        return tables.list(new LinkCodec(), which);
    }

    @Override
    public List<Address> addresses(Selection which) throws IOException {
        return tables.list(new AddressCodec(), which);
    }

    @Override
    public List<Route> routes(Selection which) throws IOException {
        return tables.list(new RouteCodec(), which);
    }

    @Override
    public List<Neighbour> neighbours(Selection which) throws IOException {
        return tables.list(new NeighbourCodec(which.family() == BRIDGE), which);
    }

    @Override
    public List<Rule> rules(Selection which) throws IOException {
        return tables.list(new RuleCodec(), which);
    }

    @Override
    public Link link(String name) throws IOException {
        LinkCodec codec = new LinkCodec();
        Link[] found = new Link[1];
        tables.connection().exchange(LinkCodec.named(name), message -> found[0] = codec.parse(message));
        if (found[0] == null) {
            throw new IOException("the kernel did not say which link " + name + " is");
        }
        return found[0];
    }

    /** The kernel names it if we did not, and tells which one it made only by the name. */
    @Override
    public Link create(String kind, LinkSettings settings) throws IOException {
        if (settings.name().isEmpty()) {
            throw new IllegalArgumentException("a new link needs a name");
        }
        request(LinkCodec.create(kind, settings));
        return link(settings.name().get());
    }

    @Override
    public void change(int index, LinkSettings settings) throws IOException {
        request(LinkCodec.change(index, settings));
    }

    @Override
    public void deleteLink(int index) throws IOException {
        request(LinkCodec.delete(index));
    }

    @Override
    public void put(Address address) throws IOException {
        request(AddressCodec.put(address));
    }

    @Override
    public void delete(Address address) throws IOException {
        request(AddressCodec.delete(address));
    }

    @Override
    public void put(Route route) throws IOException {
        request(RouteCodec.put(route, NetlinkRequest.CREATE | NetlinkRequest.REPLACE));
    }

    @Override
    public void add(Route route) throws IOException {
        request(RouteCodec.put(route, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE));
    }

    @Override
    public void delete(Route route) throws IOException {
        request(RouteCodec.delete(route));
    }

    @Override
    public void put(Neighbour neighbour) throws IOException {
        request(NeighbourCodec.put(neighbour));
    }

    @Override
    public void delete(Neighbour neighbour) throws IOException {
        request(NeighbourCodec.delete(neighbour));
    }

    @Override
    public void add(Rule rule) throws IOException {
        request(RuleCodec.add(rule));
    }

    @Override
    public void delete(Rule rule) throws IOException {
        request(RuleCodec.delete(rule));
    }

    private void request(NetlinkRequest request) throws IOException {
        tables.connection().acknowledged(request);
    }

    @Override
    public <T extends NetworkEntry> AutoCloseable follow(
            Class<T> kind, String filter, EntryListener<? super T> listener) {
        EventLoop.Registration followed = tables.follow(kind, filter, listener);
        following.add(followed);
        if (closed) {
            followed.close();
            throw new IllegalStateException("netlink was followed after the bundle stopped");
        }
        return () -> {
            following.remove(followed);
            followed.close();
        };
    }

    /** Ends what the bundle still follows; if we are updated, after all that was read has been told. */
    @Deactivate
    public void close(int reason) {
        closed = true;
        if (reason != LAST_USER_LEFT) {
            tables.handOver();
        }
        following.forEach(EventLoop.Registration::close);
    }
}
