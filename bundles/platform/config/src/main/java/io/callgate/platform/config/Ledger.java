// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Enters changes into the history. What has happened to a configuration has happened: where its generation cannot be
 * kept (a full disk), that is said and the change stands.
 */
final class Ledger {

    private final History history;
    private final DocumentReader reader;
    private final OneLineLog log;

    Ledger(History history, DocumentReader reader, OneLineLog log) {
        this.history = history;
        this.reader = reader;
        this.log = log;
    }

    /** A generation to be {@link #enter entered} once the change has happened. */
    Generation generation(FileName name, Change change) throws IOException {
        return history.at(change.number(history), change.kind(), name);
    }

    Path prepare(Generation generation, String text) throws IOException {
        return history.prepare(generation, text);
    }

    void enter(Path prepared, Generation generation) {
        try {
            history.commit(prepared, generation);
            history.sync();
        } catch (IOException e) {
            lost(generation.name(), e);
        }
    }

    void typed(Known typed, Change change) {
        try {
            record(typed.name(), change.kind(), change, typed.document().text());
        } catch (IOException e) {
            lost(typed.name(), e);
        }
    }

    void deleted(FileName name, Change change) {
        try {
            record(name, Generation.Kind.DELETE, change, "");
        } catch (IOException e) {
            lost(name, e);
        }
    }

    /** Records what nobody told us of, before it is changed. */
    void found(Known known) {
        try {
            recordIfDifferent(known, new Change(Generation.Kind.FOUND));
        } catch (IOException e) {
            lost(known.name(), e);
        }
    }

    void recordIfDifferent(Known known, Change change) throws IOException {
        Optional<Generation> newest = history.newest(known.name());
        boolean same = newest.isPresent()
                && !newest.get().deleted()
                && History.text(newest.get()).equals(known.document().text());
        if (!same) {
            record(known.name(), change.kind(), change, known.document().text());
        }
    }

    /** Records the deletion of whatever is not there any more. */
    void recordAbsent(Predicate<FileName> present, Change change) throws IOException {
        for (FileName name : history.names()) {
            boolean deleted = history.newest(name).filter(Generation::deleted).isPresent();
            if (!deleted && !present.test(name)) {
                record(name, Generation.Kind.DELETE, change, "");
            }
        }
    }

    /** The newest text that can be read. */
    Optional<Document> lastGood(FileName name) {
        try {
            Optional<Generation> generation = history.newest(name);
            while (generation.isPresent() && !generation.get().deleted()) {
                Optional<Document> document = read(generation.get());
                if (document.isPresent()) {
                    return document;
                }
                generation = history.newest(name, generation.get().number() - 1);
            }
        } catch (IOException e) {
            log.warn("the history of " + name.pid() + " cannot be read: " + Disk.reason(e));
        }
        return Optional.empty();
    }

    private Optional<Document> read(Generation generation) {
        try {
            return Optional.of(reader.read(History.text(generation)));
        } catch (IOException e) {
            log.warn(generation.file() + " cannot be read, the generation before it is taken: " + Disk.reason(e));
            return Optional.empty();
        }
    }

    private void record(FileName name, Generation.Kind kind, Change change, String text) throws IOException {
        Generation generation = history.at(change.number(history), kind, name);
        history.commit(history.prepare(generation, text), generation);
        history.sync();
    }

    private void lost(FileName name, IOException e) {
        log.error(name.pid() + " changed, but its generation could not be kept: " + Disk.advised(e));
    }
}
