// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lists folders of /sys, which may vanish meanwhile. */
final class Folder {

    private Folder() {}

    static List<Path> entries(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            return all(entries);
        }
    }

    /** What readdir(3) fails with, an iterator can throw unchecked only. */
    static List<Path> all(DirectoryStream<Path> entries) throws IOException {
        List<Path> all = new ArrayList<>();
        try {
            entries.forEach(all::add);
            return all;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
