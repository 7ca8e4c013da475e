// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Remembers which file a configuration has made, across updates and restarts: a file in the bundle's storage, with the
 * boot in which it was, its path and inode, so that a file that somebody else made since is not taken for it.
 */
final class Ledger {

    private final Path file;
    private final Path proc;

    /** @param folder of the bundle's storage; null if the framework has none, then nothing is remembered */
    Ledger(Path folder, String name, Path proc) {
        this.file = folder == null ? null : folder.resolve(name);
        this.proc = proc;
    }

    void created(Path path, long inode) throws IOException {
        if (file != null) {
            Files.createDirectories(file.getParent());
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(next, line(path, inode));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    boolean isOurs(Path path, long inode) throws IOException {
        return file != null && Files.exists(file) && Files.readString(file).equals(line(path, inode));
    }

    void forget() {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line(Path path, long inode) throws IOException {
        return Files.readAllLines(proc.resolve("sys/kernel/random/boot_id")).get(0) + " " + inode + " " + path + "\n";
    }
}
