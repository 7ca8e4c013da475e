// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineChange;
import io.callgate.gpio.LineChangeListener;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Lines that somebody else holds, and who of us waits for them. While there are any, this is a whiteboard listener for
 * changes of the lines of their chips. Thread safe.
 */
final class BusyLines implements LineChangeListener, AutoCloseable {

    /** Where a line is. */
    record Place(String chip, int offset) {}

    private final BundleContext context;
    private final Map<String, Map<Integer, Set<Runnable>>> waiting = new ConcurrentHashMap<>(); // by chip and offset

    /**
     * Guards the next two, and is held while we register; never wanted by {@link #changed}, for which whoever takes a
     * listener back may wait.
     */
    private final Object registering = new Object();

    private ServiceRegistration<LineChangeListener> registration;
    private Set<String> told = Set.of();

    BusyLines(BundleContext context) {
        this.context = context;
    }

    /** Runs this when the line is released, and when releases may have been missed; must not block. */
    void await(Place place, Runnable wake) {
        waiting.compute(place.chip, (chip, lines) -> {
            Map<Integer, Set<Runnable>> all = lines == null ? new ConcurrentHashMap<>() : lines;
            all.computeIfAbsent(place.offset, offset -> ConcurrentHashMap.newKeySet())
                    .add(wake);
            return all;
        });
        listen();
    }

    /** Does not wait any more. */
    void forget(Place place, Runnable wake) {
        waiting.computeIfPresent(place.chip, (chip, lines) -> {
            lines.computeIfPresent(place.offset, (offset, all) -> {
                all.remove(wake);
                return all.isEmpty() ? null : all;
            });
            return lines.isEmpty() ? null : lines;
        });
        listen();
    }

    @Override
    public void changed(LineChange change) {
        Map<Integer, Set<Runnable>> lines = waiting.getOrDefault(change.line().chip(), Map.of());
        if (change.lost() > 0) {
            lines.values().forEach(all -> all.forEach(Runnable::run));
        } else if (change.kind() == LineChange.Kind.RELEASED) {
            lines.getOrDefault(change.line().offset(), Set.of()).forEach(Runnable::run);
        }
    }

    private void listen() {
        synchronized (registering) {
            Set<String> chips = new HashSet<>(waiting.keySet());
            if (chips.equals(told)) {
                return;
            }
            told = chips;
            if (chips.isEmpty()) {
                registration.unregister();
                registration = null;
            } else if (registration == null) {
                registration = context.registerService(LineChangeListener.class, this, properties());
            } else {
                registration.setProperties(properties());
            }
        }
    }

    private Dictionary<String, Object> properties() {
        String[] chips = told.toArray(String[]::new);
        Arrays.sort(chips);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(GpioChip.CHIP, chips);
        return properties;
    }

    /** Waits for nothing any more. */
    @Override
    public void close() {
        waiting.clear();
        listen();
    }
}
