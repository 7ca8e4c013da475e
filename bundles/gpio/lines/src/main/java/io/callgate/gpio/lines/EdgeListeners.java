// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeListener;
import io.callgate.resource.Broadcast;
import io.callgate.resource.Dispatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * All whiteboard listeners of edges, by the names that they want: an edge finds its listeners by one look, however many
 * lines and listeners there are. Listeners are known by {@code service.id}: an object that is registered twice is two.
 *
 * <p>Each has a lane with room for {@value #BACKLOG} edges. A batch for which there is no room is dropped for that
 * listener, and the next one of the same input or group says how many edges that were. A
 * {@link Broadcast} would count batches, not edges, and not say of which input. Thread safe; sending never blocks.
 */
@Component(service = EdgeListeners.class)
public final class EdgeListeners {

    /** Edges that may wait for one listener. */
    static final int BACKLOG = 4096;

    private static final String ANY = "*";
    private static final String ID = "service.id";

    private final Dispatcher dispatcher;
    private final Logger log;
    private final Map<Object, Member> members = new ConcurrentHashMap<>();
    private final Map<String, List<Member>> byName = new ConcurrentHashMap<>();

    /** Knows no listener yet. */
    @Activate
    public EdgeListeners(@Reference Dispatcher dispatcher, @Reference(service = LoggerFactory.class) Logger log) {
        this.dispatcher = dispatcher;
        this.log = log;
    }

    /** A listener has come. */
    @Reference(
            name = "listener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updated",
            unbind = "remove")
    public void add(EdgeListener listener, Map<String, Object> properties) {
        List<String> wanted = Broadcast.names(properties, EdgeListener.LINE);
        List<String> names =
                wanted.contains(ANY) ? List.of(ANY) : wanted.stream().distinct().toList();
        if (names.isEmpty()) {
            log.warn(
                    "listener {} has no service property {} and will not be called: name the inputs it wants, or *",
                    listener.getClass().getName(),
                    EdgeListener.LINE);
        }
        Member added = new Member(listener, names, lane(listener.getClass().getName(), properties));
        members.put(properties.get(ID), added);
        names.forEach(name -> byName.compute(name, (key, all) -> {
            List<Member> known = all == null ? new CopyOnWriteArrayList<>() : all;
            known.add(added);
            return known;
        }));
    }

    private Dispatcher.Lane lane(String owner, Map<String, Object> properties) {
        return Boolean.TRUE.equals(properties.get(Dispatcher.PROMPT))
                ? dispatcher.promptLane(owner, BACKLOG)
                : dispatcher.lane(owner, BACKLOG);
    }

    /** A listener wants other edges from now on. */
    public void updated(EdgeListener listener, Map<String, Object> properties) {
        remove(listener, properties);
        add(listener, properties);
    }

    /** A listener has left; it is not called any more when this returns. */
    public void remove(EdgeListener listener, Map<String, Object> properties) {
        Member leaving = members.remove(properties.get(ID));
        if (leaving != null) {
            leaving.names.forEach(name -> byName.computeIfPresent(name, (key, all) -> {
                all.remove(leaving);
                return all.isEmpty() ? null : all;
            }));
            leaving.lane.close();
        }
    }

    /** No listener is called any more when this returns. */
    @Deactivate
    public void close() {
        byName.clear();
        members.values().forEach(member -> member.lane.close());
        members.clear();
    }

    /**
     * Edges of one input or group.
     *
     * @param batch must not change any more
     */
    void send(String name, List<Edge> batch) {
        send(byName.get(name), batch);
        send(byName.get(ANY), batch);
    }

    private static void send(List<Member> to, List<Edge> batch) {
        if (to != null) {
            for (Member member : to) {
                member.send(batch);
            }
        }
    }

    /** One registration of a listener. */
    private static final class Member {

        private final EdgeListener listener;
        private final List<String> names;
        private final Dispatcher.Lane lane;
        private final AtomicInteger waiting = new AtomicInteger();
        private final Map<String, Long> lost = new ConcurrentHashMap<>(); // by the input's or group's name

        Member(EdgeListener listener, List<String> names, Dispatcher.Lane lane) {
            this.listener = listener;
            this.names = names;
            this.lane = lane;
        }

        /** A batch larger than all the room there is comes through when nothing else waits. */
        void send(List<Edge> batch) {
            int size = batch.size();
            int before = waiting.getAndAdd(size);
            if (before > 0 && before + size > BACKLOG) {
                waiting.addAndGet(-size);
                lose(batch);
                return;
            }
            List<Edge> told = lost.isEmpty() ? batch : withLost(batch);
            if (!lane.offer(() -> deliver(told))) {
                waiting.addAndGet(-size); // it is closed: its listener has left
            }
        }

        private void lose(List<Edge> batch) {
            long edges = batch.size();
            for (Edge edge : batch) {
                edges += edge.lost(); // what the kernel lost before them has not been told either
            }
            lost.merge(batch.get(0).name(), edges, Long::sum);
        }

        private List<Edge> withLost(List<Edge> batch) {
            Long before = lost.remove(batch.get(0).name());
            if (before == null) {
                return batch;
            }
            List<Edge> told = new ArrayList<>(batch);
            told.set(0, batch.get(0).withMoreLost(before));
            return List.copyOf(told);
        }

        private void deliver(List<Edge> batch) throws Exception {
            try {
                listener.edges(batch);
            } finally {
                waiting.addAndGet(-batch.size());
            }
        }
    }
}
