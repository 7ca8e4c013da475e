// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.watchdog.RebootHistory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.osgi.service.log.Logger;

/**
 * The file of the history: one line for each entry, words separated by tabs, appended and brought to the disk at once,
 * since what follows may be a reset. A line that was cut short by one is passed over. When it is full it becomes
 * {@code history.old} and another one is begun.
 */
final class History implements RebootHistory {

    private static final long FULL = 256 * 1024;
    private static final int WORDS = 5;

    private final Path file;
    private final String bootId;
    private final Clock clock;
    private final Logger log;

    /** @param bootId of now */
    History(Path file, String bootId, Clock clock, Logger log) {
        this.file = file;
        this.bootId = bootId;
        this.clock = clock;
        this.log = log;
    }

    String bootId() {
        return bootId;
    }

    Instant now() {
        return clock.instant();
    }

    /** Adds an entry of this boot; a disk that is full is said, and is no reason not to go on. */
    synchronized void append(Event event, Cause cause, String detail) {
        String line = String.join(
                "\t",
                now().toString(),
                bootId,
                lower(event),
                lower(cause),
                detail.replaceAll("\\p{Cntrl}", " ") + "\n");
        try {
            Files.createDirectories(file.getParent());
            if (Files.exists(file) && Files.size(file) > FULL) {
                Files.move(file, old(), StandardCopyOption.REPLACE_EXISTING);
            }
            write(line);
        } catch (IOException e) {
            log.warn("{} cannot be written: {}; the history lacks: {}", file, e.getMessage(), line.strip());
        }
    }

    private void write(String line) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(line);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private Path old() {
        return file.resolveSibling(file.getFileName() + ".old");
    }

    @Override
    public synchronized List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (Path each : List.of(old(), file)) {
            try {
                for (String line : Files.readAllLines(each)) {
                    parse(line).ifPresent(entries::add);
                }
            } catch (NoSuchFileException e) {
                continue; // nothing was written yet
            } catch (IOException e) {
                log.warn("{} cannot be read: {}", each, e.getMessage());
            }
        }
        return List.copyOf(entries);
    }

    private static Optional<Entry> parse(String line) {
        String[] words = line.split("\t", WORDS);
        if (words.length < WORDS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Entry(
                    Instant.parse(words[0]),
                    words[1],
                    Event.valueOf(upper(words[2])),
                    Cause.valueOf(upper(words[3])),
                    words[4]));
        } catch (DateTimeParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** As it stands in the file and is shown: {@code safe-mode}. */
    static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
