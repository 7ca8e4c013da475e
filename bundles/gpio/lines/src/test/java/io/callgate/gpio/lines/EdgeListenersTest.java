// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeListener;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.Level;
import io.callgate.resource.Dispatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EdgeListenersTest {

    private final Gateway gateway = new Gateway();
    private long sequence;

    private List<Edge> edges(String name, int count, long lost) {
        List<Edge> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sequence++;
            batch.add(new Edge(name, 0, Level.ACTIVE, sequence, EventClock.MONOTONIC, sequence, sequence, lost));
        }
        return List.copyOf(batch);
    }

    private void send(String name, int count) {
        gateway.listeners.send(name, edges(name, count, 0));
    }

    @Test
    void aListenerHearsTheNamesItWants() {
        Gateway.Heard one = gateway.listen("a");
        Gateway.Heard two = gateway.listen(new String[] {"a", "b", "a"});
        Gateway.Heard every = gateway.listen(List.of("*", "a"));
        send("a", 2);
        send("b", 1);
        send("c", 1);
        assertThat(one.edges).extracting(Edge::name).containsExactly("a", "a");
        assertThat(two.edges).extracting(Edge::name).containsExactly("a", "a", "b");
        assertThat(every.edges).extracting(Edge::name).containsExactly("a", "a", "b", "c");
        assertThat(every.batches).isEqualTo(3);
    }

    @Test
    void aPromptListenerIsToldOnTheThreadThatHasTheEdge() {
        gateway.dispatcher.hold();
        Gateway.Heard patient = gateway.listen("a");
        List<Edge> told = new ArrayList<>();
        Map<String, Object> properties = new HashMap<>(gateway.listenerProperties("a"));
        properties.put(Dispatcher.PROMPT, true);
        gateway.listeners.add(told::add, properties);
        send("a", 2);
        assertThat(told).hasSize(2);
        assertThat(patient.edges).isEmpty();
    }

    @Test
    void aSlowListenerLosesEdgesAndTheNextOfThatInputCountsThem() {
        gateway.dispatcher.hold();
        Gateway.Heard slow = gateway.listen("*");
        send("a", EdgeListeners.BACKLOG - 1);
        gateway.listeners.send("a", edges("a", 2, 0)); // no room for both
        gateway.listeners.send("b", edges("b", 3, 10)); // and before each of them the kernel lost ten
        send("c", 1); // the last room
        send("a", 1);
        gateway.dispatcher.run();
        assertThat(slow.edges).hasSize(EdgeListeners.BACKLOG).allMatch(edge -> edge.lost() == 0);
        slow.edges.clear();
        send("b", 2);
        send("a", 2);
        send("a", 1);
        assertThat(slow.edges)
                .extracting(edge -> edge.name() + " " + edge.lost())
                .containsExactly("b 33", "b 0", "a 3", "a 0", "a 0");
    }

    @Test
    void aSlowListenerCostsTheOthersNothing() throws Exception {
        Gateway.Heard quick = gateway.listen("a");
        List<Edge> told = new ArrayList<>();
        gateway.listeners.add(
                new EdgeListener() {
                    @Override
                    public void edge(Edge edge) {
                        throw new IllegalStateException("cannot");
                    }
                },
                gateway.listenerProperties("a"));
        gateway.listeners.add(told::add, gateway.listenerProperties("a"));
        send("a", 3);
        send("a", 3);
        assertThat(quick.edges).hasSize(6);
        assertThat(told).hasSize(6);
        assertThat(gateway.dispatcher.failures()).hasSize(2);
    }

    @Test
    void aBatchThatIsLargerThanAllRoomComesThrough() {
        Gateway.Heard heard = gateway.listen("a");
        send("a", EdgeListeners.BACKLOG + 10);
        assertThat(heard.edges).hasSize(EdgeListeners.BACKLOG + 10);
        send("a", 1);
        assertThat(heard.edges).hasSize(EdgeListeners.BACKLOG + 11).allMatch(edge -> edge.lost() == 0);
    }

    @Test
    void anObjectThatIsRegisteredTwiceIsTwoListeners() {
        Gateway.Heard heard = new Gateway.Heard();
        Map<String, Object> first = gateway.listenerProperties("a");
        Map<String, Object> second = gateway.listenerProperties("b");
        gateway.listeners.add(heard, first);
        gateway.listeners.add(heard, second);
        gateway.listeners.remove(heard, first);
        send("a", 1);
        send("b", 1);
        assertThat(heard.edges).extracting(Edge::name).containsExactly("b");
        gateway.listeners.updated(
                heard, Map.of("service.id", second.get("service.id"), EdgeListener.LINE, List.of("c")));
        send("b", 1);
        send("c", 1);
        assertThat(heard.edges).extracting(Edge::name).containsExactly("b", "c");
        assertThat(gateway.dispatcher.lanes()).isEqualTo(1);
        gateway.listeners.close();
        assertThat(gateway.dispatcher.lanes()).isZero();
        send("c", 1);
        assertThat(heard.edges).hasSize(2);
    }

    @Test
    void aListenerThatWantsNothingIsToldSo() {
        gateway.listeners.add(new Gateway.Heard(), Map.of("service.id", 7L));
        assertThat(gateway.log.lines("WARN"))
                .hasSize(1)
                .first()
                .asString()
                .contains("has no service property gpio.line and will not be called");
    }
}
