// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * {@code callgate.log}, then {@code callgate.log.1} (newer) to {@code .N} (older): never more than so many files of so
 * many bytes.
 *
 * <p>When it cannot be written (a full disk, a folder gone) lines are counted and dropped, and every line tries again:
 * a log that waits for the disk would stop the gateway. Thread safe.
 */
final class LogFile implements Closeable {

    private final Path path;
    private final long maxBytes;
    private final int files;
    private final Trouble trouble;
    private OutputStream out; // a FileChannel would be closed under everybody by one interrupted thread that logs
    private long size;
    private long dropped;

    LogFile(Path path, long maxBytes, int files, Trouble trouble) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.files = files;
        this.trouble = trouble;
    }

    /** Whoever tells a person; called for the first failure, and for the first success after it. */
    interface Trouble {
        void failed(IOException reason);

        void recovered(long droppedLines);
    }

    /** @param lines one or more, each ended by a newline */
    synchronized void write(String lines) {
        try {
            append(lines.getBytes(UTF_8));
            if (dropped > 0) {
                trouble.recovered(dropped);
                dropped = 0;
            }
        } catch (IOException e) {
            closeAfter(e);
            if (dropped++ == 0) {
                trouble.failed(e);
            }
        }
    }

    private void append(byte[] bytes) throws IOException {
        if (out == null) {
            open();
        }
        if (size > 0 && size + bytes.length > maxBytes) {
            rotate();
        }
        out.write(bytes);
        size += bytes.length;
    }

    private void open() throws IOException {
        Files.createDirectories(path.getParent());
        out = new FileOutputStream(path.toFile(), true);
        size = Files.size(path);
    }

    private void rotate() throws IOException {
        close();
        Files.deleteIfExists(numbered(files - 1));
        for (int number = files - 2; number >= 0; number--) {
            if (Files.exists(numbered(number))) {
                Files.move(numbered(number), numbered(number + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        open();
    }

    private Path numbered(int number) {
        return number == 0 ? path : path.resolveSibling(path.getFileName() + "." + number);
    }

    private void closeAfter(IOException e) {
        try {
            close();
        } catch (IOException closing) {
            e.addSuppressed(closing);
        }
    }

    /** The last lines of all files that are wanted, the oldest first. */
    synchronized List<String> tail(int count, Predicate<String> wanted) throws IOException {
        Deque<String> lines = new ArrayDeque<>();
        for (int number = 0; number < files && lines.size() < count; number++) {
            if (Files.exists(numbered(number))) {
                List<String> older = last(numbered(number), count - lines.size(), wanted);
                for (int i = older.size() - 1; i >= 0; i--) {
                    lines.addFirst(older.get(i));
                }
            }
        }
        return new ArrayList<>(lines);
    }

    private static List<String> last(Path file, int count, Predicate<String> wanted) throws IOException {
        Deque<String> last = new ArrayDeque<>();
        // A line torn by a kill -9 is shown as it is: this reader replaces what is not UTF-8.
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(Files.newInputStream(file), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (wanted.test(line)) {
                    last.add(line);
                }
                if (last.size() > count) {
                    last.remove();
                }
            }
        }
        return new ArrayList<>(last);
    }

    @Override
    public synchronized void close() throws IOException {
        OutputStream open = out;
        out = null;
        if (open != null) {
            open.close();
        }
    }
}
