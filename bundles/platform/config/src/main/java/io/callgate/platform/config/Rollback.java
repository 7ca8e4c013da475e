// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings back what was configured when a generation was the newest, touching only what differs. */
final class Rollback {

    private final History history;
    private final ConfigStore store;
    private final Adoption adoption;
    private final DocumentReader reader;

    Rollback(History history, ConfigStore store, Adoption adoption, DocumentReader reader) {
        this.history = history;
        this.store = store;
        this.adoption = adoption;
        this.reader = reader;
    }

    /**
     * Rolls back everything, or one PID.
     *
     * @return what became of each PID that was not as it was then: changed back, deleted or restored
     * @throws IOException if there is no such generation, or if what was configured then is refused now; nothing is
     * changed
     */
    Map<FileName, String> to(long number, Optional<String> pid) throws IOException {
        refuseUnknown(number);
        Map<FileName, Optional<Document>> wanted = differing(number);
        pid.ifPresent(only -> wanted.keySet().removeIf(name -> !name.pid().equals(only)));
        for (var entry : wanted.entrySet()) {
            if (entry.getValue().isPresent()) {
                adoption.check(entry.getKey(), entry.getValue().get());
            }
        }
        Change change = new Change(Generation.Kind.ROLLBACK);
        Map<FileName, String> became = new LinkedHashMap<>();
        for (var entry : wanted.entrySet()) {
            if (entry.getValue().isPresent()) {
                became.put(entry.getKey(), store.exists(entry.getKey().pid()) ? "changed back" : "restored");
                adoption.restored(entry.getKey(), entry.getValue().get(), change);
            } else {
                became.put(entry.getKey(), "deleted");
                adoption.deleted(entry.getKey(), change);
            }
        }
        return became;
    }

    /** What was configured then, of everything that is not so now; empty for what was not there. */
    Map<FileName, Optional<Document>> differing(long number) throws IOException {
        Map<FileName, Optional<Document>> wanted = new LinkedHashMap<>();
        for (FileName name : history.names()) {
            Optional<Document> then = at(name, number);
            Optional<Document> now = store.find(name.pid()).map(Known::document);
            if (!then.map(Document::text).equals(now.map(Document::text))) {
                wanted.put(name, then);
            }
        }
        return wanted;
    }

    private Optional<Document> at(FileName name, long number) throws IOException {
        Optional<Generation> generation = history.newest(name, number);
        return generation.isEmpty() || generation.get().deleted()
                ? Optional.empty()
                : Optional.of(reader.read(History.text(generation.get())));
    }

    private void refuseUnknown(long number) throws IOException {
        List<Generation> listed = history.listed();
        if (listed.stream().noneMatch(generation -> generation.number() == number)) {
            throw new IOException("there is no generation " + number
                    + (listed.isEmpty()
                            ? ""
                            : "; config:history lists " + listed.get(0).number() + " to "
                                    + listed.get(listed.size() - 1).number()));
        }
    }
}
