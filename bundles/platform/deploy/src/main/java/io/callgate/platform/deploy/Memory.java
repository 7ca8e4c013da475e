// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** What is remembered: the ledger on the disk, and the contents it speaks of. Confined to the deployer's thread. */
final class Memory {

    private final Path file;
    private final DropFolder folder;
    private final Inventory inventory;
    private final ContentStore store;
    private final Agenda agenda;
    private final Journal journal;
    private String written = "";
    private String problem;

    Memory(Path file, DropFolder folder, Inventory inventory, ContentStore store, Agenda agenda, Journal journal) {
        this.file = file;
        this.folder = folder;
        this.inventory = inventory;
        this.store = store;
        this.agenda = agenda;
        this.journal = journal;
    }

    Path file() {
        return file;
    }

    /** As it would be written now. */
    Ledger ledger() {
        /** As it would be written now. */
        Ledger ledger = new Ledger();
        folder.drops()
                .forEach(drop -> ledger.files.put(
                        drop.name,
                        new Ledger.FileRecord(
                                drop.name,
                                drop.isReadable() ? drop.stamp : "",
                                drop.isReadable() ? drop.seen : null,
                                drop.good)));
        ledger.bundles.putAll(inventory.records);
        ledger.refused.putAll(inventory.refused);
        return ledger;
    }

    /** Writes it down, if it is not what is written already. */
    void remember() {
        String text = ledger().text();
        if (text.equals(written)) {
            return;
        }
        try {
            Set<String> wanted = folder.hashes();
            inventory.records.values().forEach(record -> wanted.add(record.hash()));
            store.sync(wanted);
            Durable.write(file, text);
            store.keepOnly(wanted);
            written = text;
            problem = null;
        } catch (IOException e) {
            String now = Problem.of(e);
            if (!now.equals(problem)) {
                problem = now;
                journal.warn("cannot write " + file + " (" + now + "): what is deployed now is done again at"
                        + " the next start; make the data folder writable, and see that the disk is not full");
            }
        }
    }

    /** Takes up what the last run wrote. */
    void recall() {
        /** As it would be written now. */
        Ledger ledger;
        try {
            ledger = Ledger.read(file);
        } catch (IOException e) {
            journal.warn(Problem.of(e) + ": everything in " + folder.path() + " is deployed anew");
            ledger = new Ledger();
        }
        for (Ledger.FileRecord known : ledger.files.values()) {
            Drop drop = new Drop(known.name());
            boolean isHere = known.seen() != null && inventory.contentOrNull(known.seen()) != null;
            drop.stamp = isHere ? known.stamp() : "";
            drop.seen = isHere ? known.seen() : null;
            drop.problem = isHere ? null : "has to be read again";
            drop.good = known.good();
            drop.closedNanos = agenda.nanoTime();
            folder.recall(drop);
        }
        inventory.records.putAll(ledger.bundles);
        inventory.refused.putAll(ledger.refused);
        written = ledger.text();
    }
}
