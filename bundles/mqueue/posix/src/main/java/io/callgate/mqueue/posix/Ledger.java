// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Remembers which queue a configuration has made, across updates and restarts: a file in the bundle's storage, with the
 * boot in which it was, the queue's name and its inode, so that a queue that somebody else made since is not taken for it.
 */
final class Ledger {

    private final Path file;
    private final Proc proc;

    /** @param folder of the bundle's storage; null if the framework has none, then nothing is remembered */
    Ledger(Path folder, String name, Proc proc) {
        this.file = folder == null ? null : folder.resolve(name);
        this.proc = proc;
    }

    void created(String address, long inode) throws IOException {
        if (file != null) {
            Files.createDirectories(file.getParent());
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(next, line(address, inode));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    boolean isOurs(String address, long inode) throws IOException {
        return file != null && Files.exists(file) && Files.readString(file).equals(line(address, inode));
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

    private String line(String address, long inode) throws IOException {
        return proc.boot() + " " + inode + " " + address + "\n";
    }
}
