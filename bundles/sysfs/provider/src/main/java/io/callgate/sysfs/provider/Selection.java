// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.resource.Broadcast;
import io.callgate.sysfs.ValueListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;

/** What a listener wants to be told of, by its service properties. Immutable. */
final class Selection {

    private static final String ANY = "*";

    private final Set<String> attributes;
    private final Set<String> sensors;
    private final List<Filter> filters = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();

    private Selection(Set<String> attributes, Set<String> sensors) {
        this.attributes = attributes;
        this.sensors = sensors;
    }

    static Selection of(Map<String, ?> properties) {
        Selection selection = new Selection(
                Set.copyOf(new HashSet<>(Broadcast.names(properties, ValueListener.ATTRIBUTE))), new HashSet<>());
        for (String wanted : Broadcast.names(properties, ValueListener.SENSOR)) {
            selection.sensor(wanted);
        }
        return selection;
    }

    private void sensor(String wanted) {
        if (!wanted.startsWith("(")) {
            sensors.add(wanted);
            return;
        }
        try {
            filters.add(FrameworkUtil.createFilter(wanted));
        } catch (InvalidSyntaxException e) {
            mistakes.add(e.getMessage());
        }
    }

    /** Filters that are none, in words. */
    List<String> mistakes() {
        return mistakes;
    }

    boolean isEmpty() {
        return attributes.isEmpty() && sensors.isEmpty() && filters.isEmpty();
    }

    boolean matches(Subject subject) {
        Set<String> names = subject.kind().equals(ValueListener.SENSOR) ? sensors : attributes;
        return names.contains(subject.name())
                || names.contains(ANY)
                || subject.kind().equals(ValueListener.SENSOR)
                        && filters.stream().anyMatch(filter -> filter.matches(subject.properties()));
    }
}
