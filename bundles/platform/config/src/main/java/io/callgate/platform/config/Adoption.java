// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.util.Map;

/**
 * The way in for whatever does not come from a bundle: an edit by hand, a command, a rollback.
 *
 * <p>First the store serves it, then Config Admin is told; the store call with which Config Admin answers finds its
 * values served already and ends there, so that the person's text stays as it was typed.
 */
final class Adoption {

    private final ConfigStore store;
    private final Admin admin;
    private final Gate gate;
    private final Problems problems;

    Adoption(ConfigStore store, Admin admin, Gate gate, Problems problems) {
        this.store = store;
        this.admin = admin;
        this.gate = gate;
        this.problems = problems;
    }

    /**
     * Serves what a person typed into a file, which has been {@link #check checked}.
     *
     * @return false if the file is not as it was read any more; nothing has changed then
     */
    boolean edited(Known typed, Change change) throws IOException {
        Admin.Target target = admin.target(typed.name());
        boolean adopted = store.adopt(typed, change);
        if (adopted) {
            tell(target, typed.name(), typed.document());
            problems.solved(typed.name());
        }
        return adopted;
    }

    /** @throws IOException if a text may not be served */
    void check(FileName name, Document document) throws IOException {
        boolean same = store.find(name.pid())
                .filter(known -> known.document().sameValues(document.values()))
                .isPresent();
        if (store.locked(name) && !same) {
            throw new IOException(name.pid() + " is read-only: the bundle it belongs to has locked it");
        }
        if (!same) {
            admit(name, document.values());
        }
    }

    /** Writes a text into its file and serves it; it has been {@link #check checked}. */
    void restored(FileName name, Document document, Change change) throws IOException {
        Admin.Target target = admin.target(name);
        store.put(name, document, change);
        tell(target, name, document);
        problems.solved(name);
    }

    /** Has Config Admin store values that a person asked for. */
    void set(FileName name, Map<String, Object> values) throws IOException {
        Document document = new Document("", values);
        store.during(
                new Change(Generation.Kind.SET), () -> admin.required(name).update(document.dictionary(name, false)));
        problems.solved(name);
    }

    /** In the store first: a deletion that fails there leaves Config Admin as it was. */
    void deleted(FileName name, Change change) throws IOException {
        Admin.Target target = admin.existing(name);
        store.during(change, () -> store.delete(name.pid()));
        target.delete();
        problems.solved(name);
    }

    /** @return false if the file is there again */
    boolean vanished(FileName name, Change change) throws IOException {
        Admin.Target target = admin.existing(name);
        boolean[] deleted = new boolean[1];
        store.during(change, () -> deleted[0] = store.deleteAbsent(name));
        if (deleted[0]) {
            target.delete();
            problems.solved(name);
        }
        return deleted[0];
    }

    /** What is refused here is told to whoever typed it, and by the file that is set aside: nobody need ask why. */
    private void admit(FileName name, Map<String, Object> values) throws IOException {
        try {
            gate.admit(name, values);
        } catch (IOException e) {
            gate.forget(name.pid());
            throw e;
        }
    }

    /** Unless a bundle has stored something else in this moment: then Config Admin knows better. */
    private void tell(Admin.Target target, FileName name, Document document) throws IOException {
        if (store.serves(name, document)) {
            target.update(document.dictionary(name, false));
        }
    }
}
