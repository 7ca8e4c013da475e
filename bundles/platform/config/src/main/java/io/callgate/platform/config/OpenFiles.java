// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who has a file open for writing, as far as /proc lets us see: as root everybody, otherwise our own user's processes.
 * Looked at only when a file makes no sense, to tell a half-written one from a wrong one.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html">proc_pid_fdinfo(5)</a>
 */
final class OpenFiles {

    /** O_WRONLY or O_RDWR, in the octal flags of fdinfo. */
    private static final int ACCESS_MODE = 3;

    private final Path proc;

    OpenFiles(Path proc) {
        this.proc = proc;
    }

    /** A process that may still write to the file: {@code cp (1234)}. */
    Optional<String> writer(Path file) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            Path real = file.toRealPath();
            for (Path process : processes) {
                if (writes(process, real)) {
                    return Optional.of(name(process) + " (" + process.getFileName() + ")");
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean writes(Path process, Path file) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (leadsTo(descriptor, file) && writable(process, descriptor)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Another user's process, or one that has just ended.
            return false;
        }
        return false;
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean writable(Path process, Path descriptor) throws IOException {
        for (String line : Files.readAllLines(process.resolve("fdinfo").resolve(descriptor.getFileName()))) {
            if (line.startsWith("flags:")) {
                return (Integer.parseInt(line.substring(6).trim(), 8) & ACCESS_MODE) != 0;
            }
        }
        return false;
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).trim();
        } catch (IOException e) {
            return "a process";
        }
    }
}
