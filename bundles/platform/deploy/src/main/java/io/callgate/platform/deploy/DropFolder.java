// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What is in the folder: which files, when they were complete, and which content each has. Confined to its thread. */
final class DropFolder {

    private final Path folder;
    private final ContentStore store;
    private final Inventory inventory;
    private final Artifacts artifacts;
    private final Agenda agenda;
    private final Timing timing;
    private final Journal journal;
    private final Runnable changed;
    private final Runnable deleted;
    private final Map<String, Drop> drops = new TreeMap<>();
    private String folderProblem;

    /**
     * @param changed is run when something was found without an event
     * @param deleted is run when a file has been missing for long enough
     */
    DropFolder(
            Path folder,
            ContentStore store,
            Inventory inventory,
            Artifacts artifacts,
            Agenda agenda,
            Timing timing,
            Journal journal,
            Runnable changed,
            Runnable deleted) {
        this.folder = folder;
        this.store = store;
        this.inventory = inventory;
        this.artifacts = artifacts;
        this.agenda = agenda;
        this.timing = timing;
        this.journal = journal;
        this.changed = changed;
        this.deleted = deleted;
    }

    Path path() {
        return folder;
    }

    /** All jars, in the order of their names. */
    Collection<Drop> drops() {
        return drops.values();
    }

    /** Null if there is none of that name. */
    Drop drop(String name) {
        return drops.get(name);
    }

    /** Takes up what is remembered of a file. */
    void recall(Drop drop) {
        drops.put(drop.name, drop);
    }

    /** Contents that one of the files has, or would go back to. */
    Set<String> hashes() {
        Set<String> hashes = new HashSet<>();
        drops.values().forEach(drop -> {
            if (drop.isReadable()) {
                hashes.add(drop.seen);
            }
            hashes.add(drop.good);
        });
        hashes.remove(null);
        return hashes;
    }

    /** False for what editors and copiers leave about. */
    static boolean isOfInterest(String name) {
        return !name.startsWith(".")
                && !name.endsWith("~")
                && !name.endsWith(".part")
                && !name.endsWith(".filepart")
                && !name.endsWith(".tmp");
    }

    private static boolean isJar(String name) {
        return name.endsWith(".jar");
    }

    /** Looks at everything that is not as it was. */
    void scan() {
        Set<String> here = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(file -> here.add(file.getFileName().toString()));
        } catch (NoSuchFileException e) {
            here.clear();
        } catch (IOException | DirectoryIteratorException e) {
            sayOnce("cannot read " + folder + " (" + Problem.of(e) + "): nothing new is deployed; make it readable");
            return;
        }
        folderProblem = null;
        here.removeIf(name -> !isOfInterest(name));
        here.forEach(name -> look(name, agenda.nanoTime(), false));
        Set<String> missing = new HashSet<>(drops.keySet());
        missing.addAll(artifacts.names());
        missing.removeAll(here);
        missing.forEach(this::missing);
    }

    /** For any thread: what lies there now and is never looked at, in the order of their names. */
    List<Row> ignored() {
        List<Row> rows = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!isOfInterest(name)) {
                    rows.add(Row.ignored(name, "so named by editors and copiers: rename it to NAME.jar"));
                } else if (!isJar(name) && Files.isDirectory(file)) {
                    rows.add(Row.ignored(name, "is a folder: put the bundle's jar beside it"));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            journal.debug(folder + " cannot be listed: " + Problem.of(e));
        }
        rows.sort(Comparator.comparing(Row::file));
        return rows;
    }

    private void sayOnce(String line) {
        if (!line.equals(folderProblem)) {
            folderProblem = line;
            journal.warn(line);
        }
    }

    /** @param complete true if its writer is known to have closed it */
    void look(String name, long closedNanos, boolean complete) {
        if (!isJar(name)) {
            artifacts.look(name, complete);
            return;
        }
        Drop drop = drops.computeIfAbsent(name, Drop::new);
        try {
            if (read(drop, closedNanos) && complete) {
                sayIfIdentical(drop);
            }
        } catch (NoSuchFileException e) {
            if (Files.isSymbolicLink(folder.resolve(name))) {
                spoil(drop, "is a link to a file that is not there: make the file, then the link again");
            } else {
                missing(name);
                return;
            }
        } catch (AccessDeniedException e) {
            boolean isTheFile = !Files.isReadable(folder.resolve(name));
            spoil(drop, isTheFile ? "cannot be read: chmod a+r " + name : cannotBeTaken(name, e));
        } catch (IOException e) {
            spoil(drop, cannotBeTaken(name, e));
        }
        if (drop.deletion != null) {
            drop.deletion.cancel();
            drop.deletion = null;
        }
    }

    /** Reads a file unless it is the one that was read last. True if it is in order. */
    private boolean read(Drop drop, long closedNanos) throws IOException {
        Path file = folder.resolve(drop.name);
        if (!Files.isRegularFile(file)) {
            if (Files.exists(file)) {
                spoil(drop, "is no file: put the bundle's jar here");
                return false;
            }
            throw new NoSuchFileException(drop.name);
        }
        String stamp = ContentStore.stamp(file);
        if (stamp.equals(drop.stamp)) {
            return drop.isReadable();
        }
        String hash = store.take(file);
        if (!stamp.equals(ContentStore.stamp(file))) {
            agenda.after(timing.settleMost(), () -> {
                look(drop.name, closedNanos, false);
                changed.run();
            });
            if (drop.seen == null) {
                spoil(drop, "is still being written: it is taken when that ends");
            }
            return false; // the old content stands until then
        }
        drop.stamp = stamp;
        drop.seen = hash;
        drop.problem = null;
        drop.closedNanos = closedNanos;
        try {
            store.content(hash);
            return true;
        } catch (BadJarException e) {
            spoil(drop, e.getMessage());
            drop.stamp = stamp;
            return false;
        }
    }

    private String cannotBeTaken(String name, IOException e) {
        return "cannot be taken into " + store.folder() + " (" + Problem.of(e) + "): make the data folder writable and"
                + " see that the disk is not full, then deploy:retry " + name;
    }

    private static void spoil(Drop drop, String problem) {
        drop.stamp = "";
        drop.problem = problem;
    }

    private void sayIfIdentical(Drop drop) {
        Content content = inventory.contentOrNull(drop.seen);
        Ledger.BundleRecord record = content == null ? null : inventory.current(content.symbolicName());
        if (record != null && record.hash().equals(drop.seen) && record.file().equals(drop.name)) {
            journal.info(drop.name + ": " + content.title() + " is identical to what serves, no update");
        } else if (inventory.refused.containsKey(drop.seen)) {
            drop.said = null;
        }
    }

    /** Counts as deleted when it is not back in time. */
    void missing(String name) {
        if (!isJar(name)) {
            if (artifacts.names().contains(name)) {
                agenda.after(timing.deletion(), () -> artifacts.deleted(name));
            }
            return;
        }
        Drop drop = drops.get(name);
        if (drop != null && drop.deletion == null) {
            drop.deletion = agenda.after(timing.deletion(), () -> delete(drop));
        }
    }

    private void delete(Drop drop) {
        drop.deletion = null;
        if (Files.exists(folder.resolve(drop.name), LinkOption.NOFOLLOW_LINKS)) {
            return; // it is being written again: its close comes
        }
        drops.remove(drop.name);
        deleted.run();
    }
}
