// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code data/configs}: reads and writes its files. Every change leaves a generation; nothing that a person typed is
 * overwritten without one. Not thread safe: {@link ConfigStore} calls it under its lock.
 */
final class ConfigFolder {

    /** Below the folder of configurations: what could not be read or was refused. */
    static final String SET_ASIDE = "set-aside";

    private final Path folder;
    private final Disk disk;
    private final Ledger ledger;
    private final DocumentReader reader;
    private final OneLineLog log;

    ConfigFolder(Path folder, Disk disk, Ledger ledger, DocumentReader reader, OneLineLog log) {
        this.folder = folder;
        this.disk = disk;
        this.ledger = ledger;
        this.reader = reader;
        this.log = log;
    }

    Path path() {
        return folder;
    }

    Path path(FileName name) {
        return folder.resolve(name.file());
    }

    Path asidePath(FileName name) {
        return folder.resolve(SET_ASIDE).resolve(name.file());
    }

    /** Reads the folder. Nothing is refused: of a file that cannot be read, the last good text serves. */
    List<Known> load() {
        List<Known> known = new ArrayList<>();
        for (String file : files()) {
            FileName.parse(file).flatMap(this::loadOne).ifPresent(known::add);
        }
        return known;
    }

    /** The names of all files in the folder; an empty list if it cannot be read, which is said. */
    List<String> files() {
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(entry -> files.add(entry.getFileName().toString()));
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Nothing was ever configured; that nothing can be is said at start.
            files.clear();
        } catch (IOException e) {
            log.error(folder + " cannot be read: " + Disk.advised(e));
        }
        return files;
    }

    /** The text of a file with the stamp that it had when it was read. */
    Known read(FileName name) throws IOException {
        Path file = path(name);
        Stamp before = Stamp.of(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
        return new Known(name, reader.read(Files.readAllBytes(file)), before, false);
    }

    /** A text for these values that reads back as these values: the old one, edited, or a new one. */
    Document compose(Document before, Map<String, Object> values) throws IOException {
        if (before != null) {
            Document edited = before.with(values);
            if (readsBack(edited, values)) {
                return edited;
            }
        }
        Document written = Document.of(values);
        if (!readsBack(written, values)) {
            throw new IOException("these values cannot be kept in JSON: "
                    + written.differingKeys(reader.read(written.text()).values()));
        }
        return written;
    }

    /**
     * Both the file and its generation are on the disk before either is seen; a failure leaves everything as it was.
     */
    Known write(Known before, FileName name, Document document, Change change) throws IOException {
        try {
            disk.createFolder(folder);
            keepUnseen(before, name);
            Generation generation = ledger.generation(name, change);
            Path record = replace(path(name), document.text(), generation);
            ledger.enter(record, generation);
            disk.sync(folder);
        } catch (IOException e) {
            throw new IOException(name.file() + " cannot be written: " + Disk.advised(e), e);
        }
        return new Known(name, document, Stamp.of(path(name)).orElse(null), true);
    }

    void delete(Known known, Change change) throws IOException {
        keepUnseen(known, known.name());
        Path file = path(known.name());
        try {
            if (known.stamp() == null && !Files.exists(file)) {
                throw new IOException("it serves from memory, because its file could not be written");
            }
            disk.delete(file);
            disk.sync(folder);
        } catch (IOException e) {
            throw new IOException(known.name().file() + " cannot be deleted: " + Disk.advised(e), e);
        }
        ledger.deleted(known.name(), change);
    }

    /** Records what a person typed; what it replaced is recorded too, if it was not yet. */
    void typed(Known before, Known typed, Change change) {
        if (before != null && before.stamp() != null && !before.recorded()) {
            ledger.found(before);
        }
        ledger.typed(typed, change);
    }

    /** Whether nobody has touched the file since it had this stamp. */
    boolean isAsRead(FileName name, Stamp stamp) {
        return Stamp.of(path(name)).filter(stamp::equals).isPresent();
    }

    boolean exists(FileName name) {
        return Files.exists(path(name));
    }

    /** Moves a file away, and writes what is served into its place. If the one cannot be done, neither is. */
    Path setAside(FileName name, Known served) throws IOException {
        Path file = path(name);
        Path aside = asidePath(name);
        disk.createFolder(aside.getParent());
        Path restored = null;
        if (served != null) {
            restored = disk.prepare(file, served.document().text());
        }
        try {
            disk.commit(file, aside);
        } catch (IOException e) {
            disk.discard(restored);
            throw e;
        }
        if (restored != null) {
            disk.commit(restored, file);
        }
        disk.sync(folder);
        return aside;
    }

    private Optional<Known> loadOne(FileName name) {
        try {
            return Optional.of(read(name));
        } catch (IOException e) {
            // What is wrong with it is said, and dealt with, when the file is looked at as an edit.
            return ledger.lastGood(name).map(document -> new Known(name, document, null, true));
        }
    }

    private boolean readsBack(Document document, Map<String, Object> values) throws MalformedFile {
        return reader.read(document.text()).sameValues(values);
    }

    /** Returns the generation's file, which is not yet entered. */
    private Path replace(Path target, String text, Generation generation) throws IOException {
        Path written = disk.prepare(target, text);
        Path record = null;
        try {
            record = ledger.prepare(generation, text);
            disk.commit(written, target);
            return record;
        } catch (IOException e) {
            disk.discard(written);
            disk.discard(record);
            throw e;
        }
    }

    /** An edit which the file got a moment ago becomes a generation of its own before it is overwritten. */
    private void keepUnseen(Known before, FileName name) {
        Stamp seen = before == null ? null : before.stamp();
        Stamp now = Stamp.of(path(name)).orElse(null);
        if (before != null && seen != null && !before.recorded()) {
            ledger.found(before);
        }
        if (now == null || now.equals(seen)) {
            return;
        }
        try {
            Known typed = read(name);
            if (before == null
                    || !typed.document().text().equals(before.document().text())) {
                ledger.typed(typed, new Change(Generation.Kind.EDIT));
                log.warn(name.file() + " was edited and stored by a bundle at the same moment: the edit is kept, "
                        + "config:history " + name.pid());
            }
        } catch (IOException e) {
            asideBeforeOverwrite(name);
        }
    }

    private void asideBeforeOverwrite(FileName name) {
        try {
            log.warn(name.file() + " could not be read and was stored anew by a bundle: what it held is in "
                    + setAside(name, null));
        } catch (IOException e) {
            log.warn(name.file() + " could not be set aside: " + Disk.reason(e));
        }
    }
}
