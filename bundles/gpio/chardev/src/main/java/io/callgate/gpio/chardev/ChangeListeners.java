// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineChange;
import io.callgate.gpio.LineChangeListener;
import io.callgate.resource.Broadcast;
import io.callgate.resource.Dispatcher;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who wants to be told of which lines' changes. Thread safe. */
final class ChangeListeners implements AutoCloseable {

    /** Changes that may wait for one listener. */
    static final int BACKLOG = 256;

    private static final String ID = "service.id";

    private final Broadcast<LineChangeListener> broadcast;
    private final Map<Object, Map<String, ?>> listeners = new ConcurrentHashMap<>();

    ChangeListeners(Dispatcher dispatcher) {
        this.broadcast = new Broadcast<>(dispatcher, BACKLOG);
    }

    void add(LineChangeListener listener, Map<String, ?> properties) {
        listeners.put(properties.get(ID), Map.copyOf(properties));
        broadcast.add(listener, properties);
    }

    void remove(LineChangeListener listener, Map<String, ?> properties) {
        listeners.remove(properties.get(ID));
        broadcast.remove(listener, properties);
    }

    /** The lines of a chip that somebody wants. */
    BitSet wanted(GpioChip chip) {
        BitSet wanted = new BitSet(chip.lineCount());
        for (Map<String, ?> properties : listeners.values()) {
            for (int offset = 0; offset < chip.lineCount(); offset++) {
                if (wants(properties, chip, offset)) {
                    wanted.set(offset);
                }
            }
        }
        return wanted;
    }

    /** Tells all who want it. */
    void send(GpioChip chip, LineChange change) {
        broadcast.send(
                properties -> wants(properties, chip, change.line().offset()),
                (listener, lost) -> listener.changed(change.withLost(change.lost() + lost)));
    }

    private static boolean wants(Map<String, ?> properties, GpioChip chip, int offset) {
        return allows(properties, GpioChip.CHIP, chip.name())
                && allows(properties, GpioChip.LABEL, chip.label())
                && allows(properties, LineChangeListener.OFFSET, Integer.toString(offset));
    }

    private static boolean allows(Map<String, ?> properties, String key, String value) {
        return !properties.containsKey(key) || values(properties.get(key)).contains(value);
    }

    /** A value, a collection or an array of any type: Declarative Services makes {@code int[]} of Integers. */
    private static List<String> values(Object property) {
        List<String> values = new ArrayList<>();
        if (property instanceof Collection<?> many) {
            many.forEach(each -> values.add(String.valueOf(each)));
        } else if (property.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(property); i++) {
                values.add(String.valueOf(Array.get(property, i)));
            }
        } else {
            values.add(property.toString());
        }
        return values;
    }

    @Override
    public void close() {
        listeners.clear();
        broadcast.close();
    }
}
