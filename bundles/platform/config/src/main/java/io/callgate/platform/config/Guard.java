// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Refuses what the metatype says is wrong, and remembers it for whoever asks why. Thread safe. */
final class Guard implements Gate {

    private final Supplier<Descriptions> descriptions;
    private final OneLineLog log;
    private final Map<String, String> refusals = new ConcurrentHashMap<>();
    private final Set<String> remarked = ConcurrentHashMap.newKeySet();

    Guard(Supplier<Descriptions> descriptions, OneLineLog log) {
        this.descriptions = descriptions;
        this.log = log;
    }

    @Override
    public void admit(FileName name, Map<String, Object> values) throws IOException {
        Verdict verdict = descriptions.get().check(name, values);
        if (!verdict.refused().isEmpty()) {
            String reason = String.join("; ", verdict.refused());
            refusals.put(name.pid(), reason);
            throw new IOException(name.pid() + " is refused: " + reason);
        }
        refusals.remove(name.pid());
        remark(verdict);
    }

    @Override
    public void forget(String pid) {
        refusals.remove(pid);
    }

    /** The last refusal of a PID that nothing better has followed. */
    Optional<String> refusal(String pid) {
        return Optional.ofNullable(refusals.get(pid));
    }

    Set<String> refused() {
        return refusals.keySet();
    }

    /** Says what is not refused, once. */
    void remark(Verdict verdict) {
        for (String remark : verdict.remarks()) {
            if (remarked.add(remark)) {
                log.warn(remark);
            }
        }
    }
}
