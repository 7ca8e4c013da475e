// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The numbered generations below {@code data/history}. One listing of the folder tells everything but the texts, and
 * it is made when somebody asks, not at start.
 *
 * <p>Capped by number: of what is older, only the newest file of each configuration stays, as the ground the listed
 * generations stand on; that is also how a deleted default is known to have been deleted. Thread safe.
 */
final class History {

    private final Path folder;
    private final Disk disk;
    private final int cap;
    private List<Generation> all;
    private boolean closed;

    History(Path folder, Disk disk, int cap) {
        this.folder = folder;
        this.disk = disk;
        this.cap = cap;
    }

    /** The number of the next change. */
    synchronized long next() throws IOException {
        List<Generation> known = all();
        return known.isEmpty() ? 1 : known.get(known.size() - 1).number() + 1;
    }

    /** Writes a generation beside its place; it counts once it is {@link #commit committed}. */
    Path prepare(Generation generation, String text) throws IOException {
        disk.createFolder(folder);
        return disk.prepare(generation.file(), text);
    }

    synchronized void commit(Path prepared, Generation generation) throws IOException {
        if (closed) {
            disk.discard(prepared);
            throw new IOException("this store has been stopped; its successor finds the change in the file");
        }
        List<Generation> known = all();
        disk.commit(prepared, generation.file());
        known.add(generation);
        known.sort(ORDER);
    }

    /** Makes what was committed last, and lets go of what is beyond the cap. */
    synchronized void sync() throws IOException {
        disk.sync(folder);
        prune();
    }

    /** From here on the numbers are a successor's: what is still being written enters nothing. */
    synchronized void close() {
        closed = true;
    }

    Generation at(long number, Generation.Kind kind, FileName name) {
        return Generation.in(folder, number, kind, name);
    }

    synchronized Optional<Generation> newest(FileName name) throws IOException {
        return newest(name, Long.MAX_VALUE);
    }

    /** What a configuration was when this was the newest generation; empty if it was not there yet. */
    synchronized Optional<Generation> newest(FileName name, long number) throws IOException {
        return last(g -> g.name().equals(name) && g.number() <= number);
    }

    /** What can be listed and rolled back to, oldest first. */
    synchronized List<Generation> listed() throws IOException {
        long oldest = oldestListed();
        return all().stream().filter(g -> g.number() >= oldest).toList();
    }

    /** Every configuration that was ever there. */
    synchronized NavigableSet<FileName> names() throws IOException {
        NavigableSet<FileName> names = new TreeSet<>();
        all().forEach(g -> names.add(g.name()));
        return names;
    }

    static String text(Generation generation) throws IOException {
        return Files.readString(generation.file(), StandardCharsets.UTF_8);
    }

    private static final Comparator<Generation> ORDER =
            Comparator.comparingLong(Generation::number).thenComparing(Generation::name);

    private Optional<Generation> last(Predicate<Generation> wanted) throws IOException {
        List<Generation> known = all();
        for (int i = known.size() - 1; i >= 0; i--) {
            if (wanted.test(known.get(i))) {
                return Optional.of(known.get(i));
            }
        }
        return Optional.empty();
    }

    private List<Generation> all() throws IOException {
        if (all == null) {
            List<Generation> found = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                files.forEach(file -> take(file, found));
            } catch (NoSuchFileException e) {
                // The folder comes with the first generation.
                found.clear();
            }
            found.sort(ORDER);
            all = found;
        }
        return all;
    }

    private void take(Path file, List<Generation> found) {
        if (Disk.isTemporary(file.getFileName().toString())) {
            disk.discard(file);
        } else {
            Generation.parse(file).ifPresent(found::add);
        }
    }

    private long oldestListed() throws IOException {
        NavigableSet<Long> numbers = new TreeSet<>();
        all().forEach(g -> numbers.add(g.number()));
        while (numbers.size() > cap) {
            numbers.pollFirst();
        }
        return numbers.isEmpty() ? 0 : numbers.first();
    }

    private void prune() throws IOException {
        long oldest = oldestListed();
        List<Generation> known = all();
        for (Generation old : List.copyOf(known)) {
            boolean replaced = known.stream()
                    .anyMatch(g -> g.name().equals(old.name()) && g.number() > old.number() && g.number() <= oldest);
            if (old.number() < oldest && replaced) {
                disk.delete(old.file());
                known.remove(old);
            }
        }
    }
}
