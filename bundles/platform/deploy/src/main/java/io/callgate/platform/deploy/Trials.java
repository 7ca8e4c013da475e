// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The new versions that have yet to bring what the one before them brought. Confined to the deployer's thread. */
final class Trials {

    private final Agenda agenda;
    private final Timing timing;
    private final Components components;
    private final Consumer<Change> passed;
    private final BiConsumer<Change, String> failed;
    private final Map<String, Probation> probations = new TreeMap<>();
    private volatile boolean some;

    /**
     * @param passed is told of one that has brought everything
     * @param failed is told of one that has not within its time, and what was missing
     */
    Trials(
            Agenda agenda,
            Timing timing,
            Components components,
            Consumer<Change> passed,
            BiConsumer<Change, String> failed) {
        this.agenda = agenda;
        this.timing = timing;
        this.components = components;
        this.passed = passed;
        this.failed = failed;
    }

    /** For any thread: whether it is worth telling that something came. */
    boolean areThere() {
        return some;
    }

    /** The one of a symbolic name, or null. */
    Probation of(String name) {
        return probations.get(name);
    }

    /** Begins one; it may pass at once. */
    void begin(Change change) {
        Agenda.Later deadline = agenda.after(timing.probation(), () -> overdue(change.symbolicName));
        probations.put(change.symbolicName, new Probation(change, components, deadline));
        some = true;
        examine(change.symbolicName);
    }

    /** Something came; true if one has passed. */
    boolean examine() {
        boolean some = false;
        for (String name : List.copyOf(probations.keySet())) {
            some |= examine(name);
        }
        return some;
    }

    private boolean examine(String name) {
        Probation probation = probations.get(name);
        if (probation == null || probation.missing() != null) {
            return false;
        }
        end(name);
        passed.accept(probation.change);
        return true;
    }

    private void overdue(String name) {
        Probation probation = probations.get(name);
        String missing = probation == null ? null : probation.missing();
        if (missing == null) {
            examine(name);
            return;
        }
        end(name);
        failed.accept(
                probation.change, missing + " within " + timing.probation().toMillis() + " ms");
    }

    /** Ends one without a verdict. */
    void end(String name) {
        Probation probation = probations.remove(name);
        if (probation != null) {
            probation.deadline.cancel();
        }
        some = !probations.isEmpty();
    }
}
