// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which bundles would find what they need among each other: a look ahead, so that a bundle that runs is not updated to
 * one that cannot. The framework's resolver, which also knows class space consistency, has the last word.
 */
final class Resolvable {

    /** A bundle, installed or to be installed. */
    record Unit(Object id, String title, List<Requirement> requirements, List<Capability> capabilities) {}

    private record Source(Unit unit, Capability capability) {}

    private final Map<Object, Unit> standing = new LinkedHashMap<>();
    private final Map<Object, Requirement> unmet = new LinkedHashMap<>();
    private final Map<String, List<Source>> byKey = new HashMap<>();
    private final Map<String, List<Source>> byNamespace = new HashMap<>();

    /** Takes away every bundle with an unmet need, and then whatever needed that one, until nothing changes. */
    Resolvable(Collection<Unit> units) {
        for (Unit unit : units) {
            standing.put(unit.id(), unit);
            for (Capability capability : unit.capabilities()) {
                Source source = new Source(unit, capability);
                if (capability.key() != null) {
                    byKey.computeIfAbsent(capability.key(), k -> new ArrayList<>())
                            .add(source);
                }
                byNamespace
                        .computeIfAbsent(capability.namespace(), k -> new ArrayList<>())
                        .add(source);
            }
        }
        while (standing.values().removeIf(this::lacksSomething)) {}
    }

    private boolean lacksSomething(Unit unit) {
        for (Requirement requirement : unit.requirements()) {
            if (sources(requirement).stream()
                    .noneMatch(s -> standing.containsKey(s.unit().id()) && requirement.matches(s.capability()))) {
                unmet.put(unit.id(), requirement);
                return true;
            }
        }
        return false;
    }

    private List<Source> sources(Requirement requirement) {
        return requirement.key() == null
                ? byNamespace.getOrDefault(requirement.namespace(), List.of())
                : byKey.getOrDefault(requirement.key(), List.of());
    }

    /** Why a bundle cannot be resolved, for a person, or null if it can. */
    String reason(Object id) {
        Requirement requirement = unmet.get(id);
        if (requirement == null) {
            return null;
        }
        String wanted = "needs " + requirement.wanted();
        List<Source> near = sources(requirement);
        for (Source source : near) {
            if (requirement.matches(source.capability())) {
                return wanted + " of " + source.unit().title() + ", which cannot be resolved itself";
            }
        }
        if (near.isEmpty() || requirement.key() == null) {
            return wanted + ", which nothing here has";
        }
        return wanted + ", and here is " + near.get(0).capability().attributes().getOrDefault("version", "another");
    }

    /** True if what a bundle lacks is not here at all; false if somebody has it who cannot be resolved either. */
    boolean isRoot(Object id) {
        Requirement requirement = unmet.get(id);
        return requirement != null
                && sources(requirement).stream().noneMatch(source -> requirement.matches(source.capability()));
    }

    /** True if a bundle is missing something of the platform itself that is here in another version. */
    boolean isForAnotherPlatform(Object id) {
        Requirement requirement = unmet.get(id);
        return isRoot(id)
                && requirement.key() != null
                && (requirement.key().startsWith("osgi.wiring.package/io.callgate.")
                        || requirement.namespace().equals("osgi.ee"))
                && !sources(requirement).isEmpty();
    }
}
