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
    record Unit(Object id, String title, List<Need> needs, List<Offer> offers) {}

    private record Source(Unit unit, Offer offer) {}

    private final Map<Object, Unit> standing = new LinkedHashMap<>();
    private final Map<Object, Need> unmet = new LinkedHashMap<>();
    private final Map<String, List<Source>> byKey = new HashMap<>();
    private final Map<String, List<Source>> byNamespace = new HashMap<>();

    /** Takes away every bundle with an unmet need, and then whatever needed that one, until nothing changes. */
    Resolvable(Collection<Unit> units) {
        for (Unit unit : units) {
            standing.put(unit.id(), unit);
            for (Offer offer : unit.offers()) {
                Source source = new Source(unit, offer);
                if (offer.key() != null) {
                    byKey.computeIfAbsent(offer.key(), k -> new ArrayList<>()).add(source);
                }
                byNamespace
                        .computeIfAbsent(offer.namespace(), k -> new ArrayList<>())
                        .add(source);
            }
        }
        while (standing.values().removeIf(this::lacksSomething)) {}
    }

    private boolean lacksSomething(Unit unit) {
        for (Need need : unit.needs()) {
            if (sources(need).stream()
                    .noneMatch(s -> standing.containsKey(s.unit().id()) && need.matches(s.offer()))) {
                unmet.put(unit.id(), need);
                return true;
            }
        }
        return false;
    }

    private List<Source> sources(Need need) {
        return need.key() == null
                ? byNamespace.getOrDefault(need.namespace(), List.of())
                : byKey.getOrDefault(need.key(), List.of());
    }

    /** Why a bundle cannot be resolved, for a person, or null if it can. */
    String reason(Object id) {
        Need need = unmet.get(id);
        if (need == null) {
            return null;
        }
        String wanted = "needs " + need.wanted();
        List<Source> near = sources(need);
        for (Source source : near) {
            if (need.matches(source.offer())) {
                return wanted + " of " + source.unit().title() + ", which cannot be resolved itself";
            }
        }
        if (near.isEmpty() || need.key() == null) {
            return wanted + ", which nothing here has";
        }
        return wanted + ", and here is " + near.get(0).offer().attributes().getOrDefault("version", "another");
    }

    /** True if what a bundle lacks is not here at all; false if somebody has it who cannot be resolved either. */
    boolean isRoot(Object id) {
        Need need = unmet.get(id);
        return need != null && sources(need).stream().noneMatch(source -> need.matches(source.offer()));
    }

    /** True if a bundle is missing something of the platform itself that is here in another version. */
    boolean isForAnotherPlatform(Object id) {
        Need need = unmet.get(id);
        return isRoot(id)
                && need.key() != null
                && (need.key().startsWith("osgi.wiring.package/io.callgate.")
                        || need.namespace().equals("osgi.ee"))
                && !sources(need).isEmpty();
    }
}
