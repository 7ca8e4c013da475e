// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The parts of the store, put together; without a framework in it, so that tests build the same. */
final class ConfigParts {

    /**
     * Where things are.
     *
     * @param data the data folder
     * @param shipped the folder of the shipped defaults
     * @param generations how many generations are kept
     */
    record Settings(Path data, Path shipped, int generations) {

        Path configs() {
            return data.resolve("configs");
        }

        Path history() {
            return data.resolve("history");
        }
    }

    private final Settings settings;
    private final OneLineLog log;
    private final History history;
    private final Ledger ledger;
    private final ConfigFolder folder;
    private final ConfigStore store;
    private final Defaults defaults;
    private final HandEdits edits;
    private final Audit audit;
    private final Why why;
    private final ConfigCommands commands;

    ConfigParts(
            Settings settings,
            Admin admin,
            Supplier<Descriptions> descriptions,
            Predicate<FileName> consumed,
            Agenda agenda,
            OneLineLog log) {
        this(settings, admin, descriptions, consumed, agenda, log, new Disk());
    }

    ConfigParts(
            Settings settings,
            Admin admin,
            Supplier<Descriptions> descriptions,
            Predicate<FileName> consumed,
            Agenda agenda,
            OneLineLog log,
            Disk disk) {
        this.settings = settings;
        this.log = log;
        DocumentReader reader = new DocumentReader();
        Path past = settings.history();
        history = new History(past, disk, settings.generations());
        ledger = new Ledger(history, reader, log);
        folder = new ConfigFolder(settings.configs(), disk, ledger, reader, log);
        Guard guard = new Guard(descriptions, log);
        store = new ConfigStore(folder, guard, new Locks(past.resolve("read-only"), disk));
        defaults = new Defaults(settings.shipped(), past.resolve("defaults"), disk, reader, log);
        Problems problems = new Problems(folder);
        Adoption adoption = new Adoption(store, admin, guard, problems);
        edits = new HandEdits(folder, store, adoption, problems, new OpenFiles(Path.of("/proc")), agenda, log);
        audit = new Audit(store, guard, descriptions, consumed, log);
        why = new Why(store, guard, problems, descriptions, consumed);
        Rollback rollback = new Rollback(history, store, adoption, reader);
        commands = new ConfigCommands(store, defaults, history, rollback, adoption, why, descriptions, log);
    }

    /** Loads what is configured and seeds what is not; after this the store serves. */
    void open() {
        store.open();
        if (writable()) {
            defaults.apply(store, history);
        } else {
            log.error(settings.data() + " cannot be written: what is configured serves, changes are refused; "
                    + "give the gateway's user the right to write there, or start with --data DIR");
            defaults.serve(store);
        }
    }

    /** What changed while the gateway was not running becomes a generation; not needed to serve, so done later. */
    void recordWhatWasFound() {
        if (!writable()) {
            return;
        }
        try {
            store.recordFound(ledger);
        } catch (IOException e) {
            log.error("what was edited while the gateway was down is no generation: " + Disk.advised(e));
        }
    }

    /** Ends the history; a store that is being made in this moment keeps its file, and has no generation. */
    void close() {
        history.close();
    }

    ConfigFolder folder() {
        return folder;
    }

    ConfigStore store() {
        return store;
    }

    History history() {
        return history;
    }

    HandEdits edits() {
        return edits;
    }

    Audit audit() {
        return audit;
    }

    Why why() {
        return why;
    }

    ConfigCommands commands() {
        return commands;
    }

    /** The kernel's answer, which knows of read-only file systems too. */
    private boolean writable() {
        try {
            Files.createDirectories(settings.configs());
        } catch (IOException e) {
            return false;
        }
        return Files.isWritable(settings.configs());
    }
}
