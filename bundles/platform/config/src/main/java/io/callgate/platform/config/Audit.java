// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import io.callgate.platform.Nearest;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Looks once more at everything that was loaded before anybody could describe it. Refuses nothing: it says, once,
 * what a store would have refused, and which PID nobody knows.
 */
final class Audit {

    private final ConfigStore store;
    private final Guard guard;
    private final Supplier<Descriptions> descriptions;
    private final Predicate<FileName> consumed;
    private final OneLineLog log;
    private final Map<FileName, String> said = new HashMap<>();

    Audit(
            ConfigStore store,
            Guard guard,
            Supplier<Descriptions> descriptions,
            Predicate<FileName> consumed,
            OneLineLog log) {
        this.store = store;
        this.guard = guard;
        this.descriptions = descriptions;
        this.consumed = consumed;
        this.log = log;
    }

    void run() {
        Descriptions now = descriptions.get();
        if (now == Descriptions.NONE) {
            return;
        }
        for (Known known : store.all()) {
            Verdict verdict = now.check(known.name(), known.document().values());
            if (!verdict.refused().isEmpty()) {
                sayOnce(
                        known.name(),
                        known.name().file() + ": " + String.join("; ", verdict.refused())
                                + "; it serves as it is, config:set "
                                + known.name().pid() + " key=value mends it");
            } else if (!verdict.described() && !consumed.test(known.name())) {
                sayOnce(known.name(), known.name().file() + ": " + unknown(known.name(), now.pids()));
            } else {
                said.remove(known.name());
            }
            guard.remark(verdict);
        }
    }

    private void sayOnce(FileName name, String line) {
        if (!line.equals(said.put(name, line))) {
            log.warn(line);
        }
    }

    /** Without the name: whoever says it has said the name before. */
    static String unknown(FileName name, Collection<String> pids) {
        String id = name.factoryPid() == null ? name.pid() : name.factoryPid();
        return "no bundle knows this PID"
                + Nearest.to(id, pids).stream()
                        .findFirst()
                        .map(near -> ", did you mean " + near + "?")
                        .orElse(": its bundle is missing, or the name is wrong");
    }
}
