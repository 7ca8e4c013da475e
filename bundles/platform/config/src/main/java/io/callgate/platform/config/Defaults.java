// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The configurations the product ships with, {@code configs/} in the image.
 *
 * <p>Each is copied once, when it is seen for the first time; what was deleted stays deleted. The text it was copied
 * from is kept in {@code data/history/defaults}: while a copy still equals it, the copy is nobody's work and follows
 * a new default.
 */
final class Defaults {

    private final Path shipped;
    private final Path seen;
    private final Disk disk;
    private final DocumentReader reader;
    private final OneLineLog log;

    Defaults(Path shipped, Path seen, Disk disk, DocumentReader reader, OneLineLog log) {
        this.shipped = shipped;
        this.seen = seen;
        this.disk = disk;
        this.reader = reader;
        this.log = log;
    }

    /** Brings a store up to what the image ships; from where the disk fails, defaults serve from memory. */
    void apply(ConfigStore store, History history) {
        Change seeding = new Change(Generation.Kind.SEED);
        Change upgrade = new Change(Generation.Kind.UPGRADE);
        boolean changed = false;
        for (FileName name : names()) {
            try {
                changed |= applyOne(name, store, history, seeding, upgrade);
            } catch (MalformedFile e) {
                log.error("default " + shipped.resolve(name.file()) + " is not applied: " + e.getMessage());
            } catch (IOException e) {
                log.error("the defaults serve from memory, for " + Disk.advised(e));
                serve(store);
                return;
            }
        }
        if (changed) {
            syncSeen();
        }
    }

    /** Serves the defaults that nobody ever saw from memory. */
    void serve(ConfigStore store) {
        for (FileName name : names()) {
            try {
                if (store.find(name.pid()).isEmpty() && lastSeen(name).isEmpty()) {
                    store.serve(name, shipped(name).orElseThrow());
                }
            } catch (IOException e) {
                log.error("default " + shipped.resolve(name.file()) + " is not applied: " + Disk.reason(e));
            }
        }
    }

    /** The shipped text, if there is one. */
    Optional<Document> shipped(FileName name) throws IOException {
        try {
            return Optional.of(reader.read(Files.readAllBytes(shipped.resolve(name.file()))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Everything the image has a default for. */
    List<FileName> names() {
        String[] files = shipped.toFile().list();
        List<FileName> names = new ArrayList<>();
        if (files != null) {
            Arrays.sort(files);
            Arrays.stream(files).forEach(file -> FileName.parse(file).ifPresent(names::add));
        }
        return names;
    }

    private boolean applyOne(FileName name, ConfigStore store, History history, Change seeding, Change upgrade)
            throws IOException {
        String text = Files.readString(shipped.resolve(name.file()));
        Optional<String> before = lastSeen(name);
        if (before.isPresent() && before.get().equals(text)) {
            return false;
        }
        Document document = reader.read(text);
        Optional<Known> mine = store.find(name.pid());
        if (mine.isEmpty()) {
            if (before.isEmpty() && history.newest(name).isEmpty()) {
                store.put(name, document, seeding);
            }
        } else if (before.isPresent() && mine.get().document().text().equals(before.get())) {
            store.put(name, document, upgrade);
            log.info(name.pid() + " follows the new default of this version");
        } else if (before.isPresent()) {
            log.info(name.pid() + " is yours and stays; the default of this version is new: config:diff " + name.pid());
        }
        remember(name, text);
        return true;
    }

    private Optional<String> lastSeen(FileName name) throws IOException {
        Path file = seen.resolve(name.file());
        return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }

    private void remember(FileName name, String text) throws IOException {
        disk.createFolder(seen);
        Path file = seen.resolve(name.file());
        disk.commit(disk.prepare(file, text), file);
    }

    private void syncSeen() {
        try {
            disk.sync(seen);
        } catch (IOException e) {
            log.error(seen + " may not last: " + Disk.advised(e));
        }
    }
}
