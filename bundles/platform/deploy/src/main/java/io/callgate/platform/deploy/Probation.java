// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;

/** A new version that runs, and has yet to bring what the one before it brought. */
final class Probation {

    final Change change;
    final Agenda.Later deadline;
    private final Components components;

    Probation(Change change, Components components, Agenda.Later deadline) {
        this.change = change;
        this.components = components;
        this.deadline = deadline;
    }

    /** Why it has not passed, or null if it has. */
    String missing() {
        Bundle bundle = change.bundle;
        if (!Fleet.isActive(bundle)) {
            return Fleet.isFragment(bundle) || !Fleet.startsByItself(bundle) ? null : "it does not run";
        }
        Set<String> services = new TreeSet<>(change.expected);
        services.removeAll(Fleet.services(bundle));
        if (!services.isEmpty()) {
            return "its service " + String.join(", ", services) + " does not come" + because();
        }
        if (change.components.isEmpty()) {
            return null;
        }
        Set<String> unsatisfied = new TreeSet<>(change.components);
        unsatisfied.removeAll(components.satisfied(bundle));
        return unsatisfied.isEmpty()
                ? null
                : "its component " + String.join(", ", unsatisfied) + " does not come" + because();
    }

    private String because() {
        String complaint = components.complaint(change.bundle);
        return complaint == null ? "" : " (" + complaint + ")";
    }
}
