// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures of several rounds, by name, in the order of their first appearance. */
final class Samples {

    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    void add(String name, double figure) {
        figures.computeIfAbsent(name, each -> new ArrayList<>()).add(figure);
    }

    double median(String name) {
        List<Double> sorted = sorted(name);
        return sorted.get(sorted.size() / 2);
    }

    String spread(String name) {
        List<Double> sorted = sorted(name);
        return "%.1f..%.1f".formatted(sorted.get(0), sorted.get(sorted.size() - 1));
    }

    private List<Double> sorted(String name) {
        List<Double> sorted = new ArrayList<>(figures.getOrDefault(name, List.of()));
        if (sorted.isEmpty()) {
            throw new IllegalStateException("nothing was measured for " + name);
        }
        Collections.sort(sorted);
        return sorted;
    }
}
