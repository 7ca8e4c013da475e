// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/**
 * The machine as its files show it: /proc, /sys, /dev, /etc and /boot below a root, which is a folder of fake files in
 * tests. Nothing is ever opened for writing, and no device node is opened at all: opening a watchdog would arm it.
 *
 * @param readable whether the gateway's user may read a file, as access(2) says
 * @param writable whether it may write it
 */
record Machine(Path root, Predicate<Path> readable, Predicate<Path> writable) {

    private static final int PIECE = 8192;

    private static final String GLOB_CHARACTERS = "*?[{";

    static Machine local() {
        return below(Path.of("/"));
    }

    /** A machine whose files are below a folder, with what access(2) permits this process of them. */
    static Machine below(Path root) {
        return new Machine(root, Files::isReadable, Files::isWritable);
    }

    /** Where an absolute path of the machine is. */
    Path at(String path) {
        return root.resolve(path.substring(1));
    }

    /**
     * A file's text, read in large pieces: a number of /proc/sys is given whole to the first read and ends there, and
     * Files.readAllBytes, which trusts the size of 0, begins with one byte.
     */
    String read(String path) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE];
        try (InputStream in = Files.newInputStream(at(path))) {
            for (int length = in.read(piece); length > 0; length = in.read(piece)) {
                text.write(piece, 0, length);
            }
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    List<String> lines(String path) throws IOException {
        return read(path).lines().toList();
    }

    /** A field of /proc/self/status, for example {@code CapEff}. */
    String status(String field) throws IOException {
        return lines("/proc/self/status").stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/self/status has no " + field));
    }

    boolean isRoot() throws IOException {
        String[] realEffectiveSavedFileSystem = status("Uid").split("\\s+");
        return realEffectiveSavedFileSystem.length > 1 && realEffectiveSavedFileSystem[1].equals("0");
    }

    /** The kernel's configuration, from /proc/config.gz or /boot; empty where it is not published. */
    Optional<List<String>> kernelConfiguration() throws IOException {
        Path running = at("/proc/config.gz");
        if (Files.exists(running)) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(running));
                    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                return Optional.of(reader.lines().toList());
            }
        }
        String installed = "/boot/config-" + release();
        return Files.exists(at(installed)) ? Optional.of(lines(installed)) : Optional.empty();
    }

    String release() throws IOException {
        return read("/proc/sys/kernel/osrelease").strip();
    }

    /** What a glob finds: the paths, and the folders which may not be looked into. */
    record Matches(List<Path> found, List<Path> closed) {}

    /** Every path that an absolute glob names; characters of a glob do not match a slash. */
    Matches glob(String pattern) throws IOException {
        List<Path> found = new ArrayList<>(List.of(root));
        List<Path> closed = new ArrayList<>();
        for (String part : pattern.substring(1).split("/")) {
            List<Path> next = new ArrayList<>();
            for (Path folder : found) {
                step(folder, part, next, closed);
            }
            found = next;
        }
        found.sort(null);
        return new Matches(found, closed);
    }

    private static void step(Path folder, String part, List<Path> next, List<Path> closed) throws IOException {
        if (part.chars().noneMatch(c -> GLOB_CHARACTERS.indexOf(c) >= 0)) {
            try {
                Files.readAttributes(folder.resolve(part), "isOther");
                next.add(folder.resolve(part));
            } catch (AccessDeniedException e) {
                closed.add(folder);
            } catch (NoSuchFileException e) {
                return;
            } catch (IOException e) {
                ifNoFolder(folder, e);
            }
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, part)) {
            entries.forEach(next::add);
        } catch (AccessDeniedException e) {
            closed.add(folder);
        } catch (NotDirectoryException | NoSuchFileException e) {
            return;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** A path below something that is no folder (ENOTDIR) is absent; every other failure is one. */
    private static void ifNoFolder(Path folder, IOException e) throws IOException {
        if (Files.isDirectory(folder)) {
            throw e;
        }
    }
}
