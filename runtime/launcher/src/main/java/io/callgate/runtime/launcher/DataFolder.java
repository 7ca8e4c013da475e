// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Everything that a gateway writes is below this folder. */
record DataFolder(Path path) {

    private static final List<String> FOLDERS = List.of("configs", "deploy", "history", "cache", "log");

    /** Makes what is missing of it. */
    void prepare() throws LaunchException {
        for (String name : FOLDERS) {
            Path folder = path.resolve(name);
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw LaunchException.of(
                        folder, e, "make the data folder writable, or name another one with --data DIR");
            }
        }
    }

    Path lock() {
        return path.resolve("lock");
    }

    Path status() {
        return path.resolve("cache/status");
    }

    Path productRecord() {
        return path.resolve("cache/product");
    }

    Path bundleCache() {
        return path.resolve("cache/felix");
    }

    /** The bundle cache of a start in safe mode. */
    Path safeCache() {
        return path.resolve("cache/felix-safe");
    }

    /** Where JNA unpacks its native library. */
    Path nativeCache() {
        return path.resolve("cache/native");
    }

    /** Removes a file or a folder with all that is in it; no error if there is none. Symbolic links are not followed. */
    static void delete(Path target) throws IOException {
        if (!Files.exists(target, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(target)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
