// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Says which program has a device open, by the descriptors of all processes. Root sees them all, others their own. */
final class Holders {

    /** The first watchdog has a second node, which is the same device under its old name. */
    private static final Path FIRST = Path.of("/dev/watchdog0");

    private static final Path OLD = Path.of("/dev/watchdog");

    private final Path proc;
    private final Map<Path, Path> seen = new ConcurrentHashMap<>(); // node to process, who is asked first

    Holders(Path proc) {
        this.proc = proc;
    }

    /** For example {@code watchdogd (pid 77)}; empty if nobody is seen. */
    String of(Path node) {
        List<Path> names = node.equals(FIRST) || node.equals(OLD) ? List.of(FIRST, OLD) : List.of(node);
        Path before = seen.get(node);
        if (before != null && holds(before, names)) {
            return words(before);
        }
        seen.remove(node);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, names)) {
                    seen.put(node, process);
                    return words(process);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return ""; // no /proc: nobody is seen
        }
        return "";
    }

    private static String words(Path process) {
        return comm(process).orElse("a program") + " (pid " + process.getFileName() + ")";
    }

    private static boolean holds(Path process, List<Path> names) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (names.contains(target(descriptor))) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return false; // it has ended, or is somebody else's
        }
        return false;
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
            return descriptor; // closed meanwhile
        }
    }

    private static Optional<String> comm(Path process) {
        try {
            return Files.readAllLines(process.resolve("comm")).stream().findFirst();
        } catch (IOException e) {
            return Optional.empty(); // it has ended
        }
    }
}
