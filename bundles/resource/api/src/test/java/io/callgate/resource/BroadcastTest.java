// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BroadcastTest {

    private interface Listener {
        void event(int number, long lost);
    }

    private final Deque<Dispatcher.Task> waiting = new ArrayDeque<>();
    private final List<String> closed = new ArrayList<>();
    private final Broadcast<Listener> broadcast = new Broadcast<>(this::lane, 2);
    private final List<String> heard = new ArrayList<>();
    private final Listener listener = (number, lost) -> heard.add(number + "/" + lost);

    /** The properties of a registration. */
    private static Map<String, Object> service(long id, Object... line) {
        return Map.of("service.id", id, "line", line);
    }

    @Test
    void whatDoesNotFitIsCountedAndTheNewestComesAllTheSame() throws Exception {
        broadcast.add(listener, service(1));
        send(1, 2, 3, 4);
        runAll();
        send(5);
        runAll();
        assertThat(heard).containsExactly("1/0", "2/0", "4/1", "5/0");
    }

    @Test
    void whatHasWaitedForAPlaceComesBeforeWhatIsNewer() throws Exception {
        broadcast.add(listener, service(1));
        send(1, 2, 3, 4);
        waiting.poll().run();
        send(5, 6);
        waiting.poll().run();
        send(7);
        runAll();
        assertThat(heard).containsExactly("1/0", "2/0", "4/1", "6/1", "7/0");
    }

    @Test
    void onlyListenersThatWantItAreCalled() throws Exception {
        broadcast.add(listener, service(1, "lamp", "door"));
        broadcast.send(p -> Broadcast.names(p, "line").contains("door"), (l, lost) -> l.event(1, lost));
        broadcast.send(p -> Broadcast.names(p, "line").contains("heater"), (l, lost) -> l.event(2, lost));
        runAll();
        assertThat(heard).containsExactly("1/0");
    }

    @Test
    void aListenerThatLeftHasItsLaneClosed() {
        broadcast.add(listener, service(1));
        broadcast.remove(listener, service(1));
        send(1);
        assertThat(closed).hasSize(1);
        assertThat(waiting).isEmpty();
        assertThat(broadcast.isEmpty()).isTrue();
    }

    @Test
    void equalListenersAreTwoListeners() throws Exception {
        record Equal(List<String> heard) implements Listener {
            @Override
            public void event(int number, long lost) {
                heard.add("equal " + number);
            }
        }
        Equal first = new Equal(heard);
        broadcast.add(first, service(1));
        broadcast.add(new Equal(heard), service(2));
        send(1);
        runAll();
        assertThat(heard).hasSize(2);
        broadcast.remove(first, service(1));
        send(2);
        runAll();
        assertThat(heard).hasSize(3);
    }

    @Test
    void anObjectThatIsRegisteredTwiceIsTwoListeners() throws Exception {
        broadcast.add(listener, service(1, "lamp"));
        broadcast.add(listener, service(2, "door"));
        broadcast.remove(listener, service(1, "lamp"));
        assertThat(closed).hasSize(1);
        broadcast.send(p -> Broadcast.names(p, "line").contains("lamp"), (l, lost) -> l.event(1, lost));
        broadcast.send(p -> Broadcast.names(p, "line").contains("door"), (l, lost) -> l.event(2, lost));
        runAll();
        assertThat(heard).containsExactly("2/0");
        broadcast.close();
        assertThat(closed).hasSize(2);
    }

    @Test
    void aListenerWithoutServiceIdIsAProgrammingError() {
        assertThatThrownBy(() -> broadcast.add(listener, Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThat(broadcast.isEmpty()).isTrue();
    }

    @Test
    void namesAreReadFromEveryFormOfAProperty() {
        assertThat(Broadcast.names(Map.of("k", "a"), "k")).containsExactly("a");
        assertThat(Broadcast.names(Map.of("k", new String[] {"a", "b"}), "k")).containsExactly("a", "b");
        assertThat(Broadcast.names(Map.of("k", List.of("a", "b")), "k")).containsExactly("a", "b");
        assertThat(Broadcast.names(Map.of(), "k")).isEmpty();
    }

    private void send(int... numbers) {
        for (int number : numbers) {
            broadcast.send(p -> true, (l, lost) -> l.event(number, lost));
        }
    }

    private void runAll() throws Exception {
        while (!waiting.isEmpty()) {
            waiting.poll().run();
        }
    }

    private Dispatcher.Lane lane(String owner, int capacity) {
        return new Dispatcher.Lane() {
            @Override
            public boolean offer(Dispatcher.Task task) {
                return waiting.size() < capacity && waiting.add(task);
            }

            @Override
            public void close() {
                closed.add(owner);
            }
        };
    }
}
