// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.LinuxWaiting;
import io.callgate.netlink.Address;
import io.callgate.netlink.EntryListener;
import io.callgate.netlink.Link;
import io.callgate.netlink.Neighbour;
import io.callgate.netlink.Netlink;
import io.callgate.netlink.NetlinkConnection;
import io.callgate.netlink.NetlinkException;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Route;
import io.callgate.netlink.Rtnetlink;
import io.callgate.netlink.Rtnetlink.Selection;
import io.callgate.netlink.Rule;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The kernel's network tables of one namespace, and the connection by which they are asked for and changed. */
@Component(service = Tables.class, configurationPid = Rtnetlink.PID)
@Designate(ocd = Tables.Config.class)
public final class Tables {

    /** Which network, and how much may wait. */
    @ObjectClassDefinition(name = "Netlink", description = "The network whose links, addresses and routes are followed")
    public @interface Config {

        /** Whose network. */
        @AttributeDefinition(
                required = false,
                description = "File of the network namespace, /run/netns/NAME for example; empty for the gateway's own")
        String namespace() default "";

        /** How much. */
        @AttributeDefinition(
                required = false,
                min = "4096",
                description = "Bytes of events that may wait in the kernel, for each table; used by a flood only")
        int receiveBuffer() default 32 << 20;
    }

    static final int DISABLED = 1;
    static final int CONFIGURATION_DELETED = 4;

    private final Door door;
    private final NetlinkSettings settings;
    private final Dispatcher dispatcher;
    private final Map<Class<?>, Table<?>> tables;
    private NetlinkConnection connection; // guarded by this; null until it is needed
    private boolean closed; // guarded by this

    /** Opens nothing before it is needed. */
    @Activate
    public Tables(
            BundleContext context,
            Config config,
            @Reference LinuxSockets sockets,
            @Reference LinuxMemory memory,
            @Reference LinuxWaiting waiting,
            @Reference LinuxFiles files,
            @Reference LinuxCalls calls,
            @Reference EventLoop loop,
            @Reference KeptHandles handles,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        this(
                new Door(sockets, memory, waiting, files, calls, loop),
                settings(config.namespace(), config.receiveBuffer()),
                handles,
                dispatcher,
                new FileHistory(context),
                log);
    }

    Tables(
            Door door,
            NetlinkSettings settings,
            KeptHandles handles,
            Dispatcher dispatcher,
            Table.History history,
            Logger log) {
        this.door = door;
        this.settings = settings;
        this.dispatcher = dispatcher;
        Table.Lister lister = new Table.Lister() {
            @Override
            public <E extends NetworkEntry> List<E> list(Kind<E> kind, Selection which) throws IOException {
                return Tables.this.list(kind, which);
            }
        };
        Table.Surroundings around = new Table.Surroundings(door, settings, handles, dispatcher, lister, history, log);
        this.tables = Map.of(
                Link.class, new Table<>(Link.class, around),
                Address.class, new Table<>(Address.class, around),
                Route.class, new Table<>(Route.class, around),
                Neighbour.class, new Table<>(Neighbour.class, around),
                Rule.class, new Table<>(Rule.class, around));
    }

    private static NetlinkSettings settings(String namespace, int bytes) {
        NetlinkSettings common = NetlinkSettings.DEFAULT.buffering(bytes);
        return namespace.isEmpty() ? common : common.in(Path.of(namespace));
    }

    /** For requests; opened by the first. */
    synchronized NetlinkConnection connection() throws IOException {
        if (closed) {
            throw new IllegalStateException("netlink was used after its bundle stopped, or its configuration changed");
        }
        if (connection == null) {
            connection = new SocketConnection(door, Netlink.ROUTE, settings, ended -> {});
        }
        return connection;
    }

    /** What the kernel has now. */
    <T extends NetworkEntry> List<T> list(Kind<T> kind, Selection which) throws IOException {
        List<T> all = new ArrayList<>();
        for (NetlinkRequest request : kind.requests(which)) {
            try {
                all.addAll(connection().list(request, message -> {
                    T entry = message.type() == kind.get() - 2 ? kind.parse(message) : null;
                    return entry != null && kind.isSelected(entry, which) ? entry : null;
                }));
            } catch (NetlinkException e) {
                if (which.table() == 0 || !e.is(Errno.ENOENT)) {
                    throw e;
                } // a table of routes that does not exist is an empty one
            }
        }
        return all;
    }

    @SuppressWarnings("unchecked")
    <T extends NetworkEntry> Table<T> table(Class<T> type) {
        Table<T> table = (Table<T>) tables.get(type);
        if (table == null) {
            throw new IllegalArgumentException("there is no table of " + type.getName());
        }
        return table;
    }

    /** Follows a table; ends when the result is closed. @throws IllegalArgumentException for a filter that is none */
    <T extends NetworkEntry> EventLoop.Registration follow(
            Class<T> type, String filter, EntryListener<? super T> listener) {
        return follow(type, filter, listener, Mailbox.UNKNOWN);
    }

    /** As above, for a listener whose service outlives us: our successor tells it what happened in between. */
    <T extends NetworkEntry> EventLoop.Registration follow(
            Class<T> type, String filter, EntryListener<? super T> listener, long id) {
        Mailbox<T> mailbox = new Mailbox<>(id, listener, matching(filter), dispatcher);
        Table<T> table = table(type);
        table.add(mailbox);
        return () -> table.remove(mailbox);
    }

    private static <T extends NetworkEntry> Predicate<T> matching(String filter) {
        if (filter.isEmpty()) {
            return entry -> true;
        }
        try {
            Filter wanted = FrameworkUtil.createFilter(filter);
            return entry -> wanted.matches(entry.properties());
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException("no filter: " + filter + " (" + e.getMessage() + ")", e);
        }
    }

    /** How its sockets are opened. */
    NetlinkSettings settings() {
        return settings;
    }

    /** Before the listeners are taken away by an update or a stop: they are told all that was read. */
    void handOver() {
        tables.values().forEach(Table::handOver);
    }

    /** Leaves the sockets that listen to our successor, unless there will be none. */
    @Deactivate
    public void close(int reason) {
        boolean keep = reason != CONFIGURATION_DELETED && reason != DISABLED;
        tables.values().forEach(table -> table.leave(keep));
        synchronized (this) {
            closed = true;
            if (connection != null) {
                connection.close();
            }
        }
    }
}
