// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** A machine of files below a temporary folder, with its own idea of who may do what. */
final class FakeMachine {

    private final Path root;
    private final Set<Path> unreadable = new HashSet<>();
    private final Set<Path> unwritable = new HashSet<>();

    FakeMachine(Path root) {
        this.root = root;
    }

    Machine machine() {
        return new Machine(
                root,
                path -> Files.exists(path) && !unreadable.contains(path),
                path -> Files.exists(path) && !unwritable.contains(path));
    }

    FakeMachine file(String path, String text) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    FakeMachine gzip(String path, String text) throws IOException {
        file(path, "");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(root.resolve(path.substring(1))))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    FakeMachine unreadable(String path) {
        unreadable.add(root.resolve(path.substring(1)));
        return this;
    }

    FakeMachine unwritable(String path) {
        unwritable.add(root.resolve(path.substring(1)));
        return this;
    }

    /** /proc/self/status of a user with these groups and capabilities. */
    FakeMachine user(int uid, String groups, String capEff) throws IOException {
        return file(
                "/proc/self/status",
                "Name:\tjava\nUid:\t" + uid + "\t" + uid + "\t" + uid + "\t" + uid + "\nGid:\t1000\t1000\t1000\t1000\n"
                        + "Groups:\t" + groups + " \nCapEff:\t" + capEff + "\n");
    }
}
