// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import io.callgate.platform.Nearest;
import io.callgate.platform.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the machine has of everything that was asked.
 *
 * @param mistakes needs files that could not be read, a line each
 */
record Report(List<Row> rows, List<String> mistakes) {

    /** One need of one mechanism, and what the machine has of it. */
    record Row(String mechanism, Need need, Finding finding) {

        boolean isFault() {
            return finding.state().isFault() && !need.optional();
        }

        private String state() {
            return finding + (finding.state().isFault() && need.optional() ? ", optional" : "");
        }

        private String mend() {
            return finding.state() == State.PRESENT
                    ? "-"
                    : need.what() + ": " + (finding.mend().isEmpty() ? need.mend() : finding.mend());
        }
    }

    Report {
        rows = List.copyOf(rows);
        mistakes = List.copyOf(mistakes);
    }

    /** Looks at the machine, once for every mechanism and need however many bundles say it. */
    static Report on(Machine machine, Collection<Needs> all, List<String> mistakes) {
        Map<String, Map<Need, Finding>> found = new LinkedHashMap<>();
        for (Needs needs : all) {
            Map<Need, Finding> ofMechanism = found.computeIfAbsent(needs.mechanism(), m -> new LinkedHashMap<>());
            for (Need need : needs.needs()) {
                ofMechanism.computeIfAbsent(need, n -> n.check().on(machine));
            }
        }
        List<Row> rows = new ArrayList<>();
        for (String mechanism : new TreeSet<>(found.keySet())) {
            found.get(mechanism).forEach((need, finding) -> rows.add(new Row(mechanism, need, finding)));
        }
        return new Report(rows, mistakes);
    }

    Report and(Report other) {
        List<Row> both = new ArrayList<>(rows);
        both.addAll(other.rows);
        List<String> mistaken = new ArrayList<>(mistakes);
        mistaken.addAll(other.mistakes);
        return new Report(both, mistaken);
    }

    Set<String> mechanisms() {
        Set<String> mechanisms = new TreeSet<>();
        rows.forEach(row -> mechanisms.add(row.mechanism()));
        return mechanisms;
    }

    /**
     * The rows of these mechanisms; of all if none is named.
     *
     * @throws IllegalArgumentException with one line, if there is no such mechanism
     */
    Report only(Collection<String> wanted) {
        Set<String> known = mechanisms();
        for (String mechanism : wanted) {
            if (!known.contains(mechanism)) {
                List<String> near = Nearest.to(mechanism, known);
                throw new IllegalArgumentException("no mechanism \"" + mechanism + "\" says what it needs; "
                        + (near.isEmpty() ? "there are " : "did you mean ")
                        + String.join(", ", near.isEmpty() ? known : near)
                        + (near.isEmpty() ? "" : "?"));
            }
        }
        return wanted.isEmpty()
                ? this
                : new Report(
                        rows.stream()
                                .filter(row -> wanted.contains(row.mechanism()))
                                .toList(),
                        mistakes);
    }

    /** Whether every mandatory need is met, as far as the machine says, and every needs file was readable. */
    boolean isHealthy() {
        return mistakes.isEmpty() && rows.stream().noneMatch(Row::isFault);
    }

    @Override
    public String toString() {
        Table table = new Table("MECHANISM", "NEED", "STATE", "MEND");
        rows.forEach(row -> table.row(row.mechanism(), row.need().name(), row.state(), row.mend()));
        return mistakes.isEmpty() ? table.toString() : table + "\n" + String.join("\n", mistakes);
    }
}
