// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whiteboard listeners of a consuming source (a queue, a FIFO, a ring), of which one at a time is given what comes:
 * the one with the highest {@code service.ranking}, among equals the oldest. The others are its successors, in that order.
 *
 * <p>Thread safe. A listener is known by its {@code service.id}: an object that is registered twice is two.
 *
 * @param <L> the listener's type
 */
public final class Succession<L> {

    private static final String ID = "service.id";
    private static final String RANKING = "service.ranking";

    private final List<Member<L>> members = new ArrayList<>(); // best first; guarded by this

    /**
     * One registration of a listener.
     *
     * @param id its {@code service.id}
     * @param ranking its {@code service.ranking}
     */
    public record Member<L>(long id, int ranking, L listener) {}

    /** Adds a listener with its service properties, of which {@code service.id} is needed. */
    public synchronized void add(L listener, Map<String, ?> properties) {
        int ranking = properties.get(RANKING) instanceof Integer number ? number : 0;
        members.add(new Member<>(id(properties), ranking, listener));
        members.sort(
                Comparator.<Member<L>>comparingInt(Member::ranking).reversed().thenComparingLong(Member::id));
    }

    /** Removes a listener, as it was added under its {@code service.id}. */
    public synchronized void remove(Map<String, ?> properties) {
        long id = id(properties);
        members.removeIf(member -> member.id == id);
    }

    /** The one that is given what comes; empty if there is none. */
    public synchronized Optional<Member<L>> first() {
        return members.stream().findFirst();
    }

    private static long id(Map<String, ?> properties) {
        if (properties.get(ID) instanceof Long id) {
            return id;
        }
        throw new IllegalArgumentException("a listener is known by its service.id, there is none in " + properties);
    }
}
