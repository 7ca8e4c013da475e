// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which configurations are read-only ({@code ConfigurationAttribute.READ_ONLY}): an empty file each, below
 * {@code data/history/read-only}, because the attribute is none of the person's keys.
 */
final class Locks {

    private final Path folder;
    private final Disk disk;
    private final Set<String> locked = new TreeSet<>();

    Locks(Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
        String[] files = folder.toFile().list();
        locked.addAll(files == null ? Set.of() : Arrays.asList(files));
    }

    synchronized boolean locked(FileName name) {
        return locked.contains(name.file());
    }

    synchronized void set(FileName name, boolean lock) throws IOException {
        if (lock == locked(name)) {
            return;
        }
        Path marker = folder.resolve(name.file());
        if (lock) {
            disk.createFolder(folder);
            disk.commit(disk.prepare(marker, ""), marker);
            locked.add(name.file());
        } else {
            Files.deleteIfExists(marker);
            locked.remove(name.file());
        }
        disk.sync(folder);
    }
}
