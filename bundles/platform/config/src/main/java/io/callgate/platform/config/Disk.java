// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * Writing so that neither a kill nor a power cut leaves half a file: a temporary file in the same folder, fsync,
 * rename, fsync of the folder. In two steps, so that two files can be prepared before either is seen.
 */
class Disk {

    private static final String TEMPORARY = ".tmp";

    /** What a write that was cut off leaves behind. */
    static boolean isTemporary(String file) {
        return file.startsWith(".") && file.endsWith(TEMPORARY);
    }

    /** Writes the text beside its target, with the target's permissions, and brings it to the disk. */
    Path prepare(Path target, String text) throws IOException {
        Path temporary = target.resolveSibling("." + target.getFileName() + TEMPORARY);
        try {
            write(temporary, text);
            keepAccess(target, temporary);
            return temporary;
        } catch (IOException e) {
            discard(temporary);
            throw e;
        }
    }

    void commit(Path prepared, Path target) throws IOException {
        Files.move(prepared, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes what was prepared, if anything was. */
    void discard(Path prepared) {
        if (prepared == null) {
            return;
        }
        try {
            Files.deleteIfExists(prepared);
        } catch (IOException e) {
            prepared.toFile().deleteOnExit();
        }
    }

    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Makes renames and deletions in a folder last. */
    void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    void createFolder(Path folder) throws IOException {
        Files.createDirectories(folder);
    }

    /** What the kernel said, with its file, in one line. */
    static String reason(IOException e) {
        if (e instanceof FileSystemException file && file.getReason() == null) {
            return file.getFile() + ": " + file.getClass().getSimpleName().replace("Exception", "");
        }
        return String.valueOf(e.getMessage()).replace('\n', ' ');
    }

    /** The reason, and what mends it, once. */
    static String advised(IOException e) {
        String reason = reason(e);
        String mend = mend(reason);
        return reason.endsWith(mend) ? reason : reason + mend;
    }

    private static String mend(String reason) {
        if (reason.contains("No space left")) {
            return "; free some space on its file system";
        }
        if (reason.contains("Read-only file system")) {
            return "; remount it writable, or start with --data DIR";
        }
        return reason.contains("AccessDenied") || reason.contains("not permitted")
                ? "; give the gateway's user the right to write there"
                : "";
    }

    protected void write(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** A file with a secret in it stays as private as a person made it. */
    private static void keepAccess(Path target, Path copy) throws IOException {
        if (!Files.isRegularFile(target)) {
            return;
        }
        PosixFileAttributeView view = Files.getFileAttributeView(copy, PosixFileAttributeView.class);
        PosixFileAttributes wanted = Files.readAttributes(target, PosixFileAttributes.class);
        PosixFileAttributes given = view.readAttributes();
        if (!wanted.permissions().equals(given.permissions())) {
            view.setPermissions(wanted.permissions());
        }
        if (!wanted.owner().equals(given.owner())) {
            view.setOwner(wanted.owner());
        }
    }
}
