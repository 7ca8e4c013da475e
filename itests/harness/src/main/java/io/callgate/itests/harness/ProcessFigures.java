// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds, as /proc tells it.
 *
 * @param descriptors open file descriptors
 * @param threads kernel threads of the process
 * @param mappings of files that are neither libraries nor jars, whose number is the JVM's affair
 * @param inotifyWatches watches of all its inotify descriptors
 * @param residentBytes resident set
 */
public record ProcessFigures(int descriptors, int threads, int mappings, int inotifyWatches, long residentBytes) {

    /** Looks at a process now. */
    public static ProcessFigures of(long pid) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        return new ProcessFigures(
                count(proc.resolve("fd")),
                count(proc.resolve("task")),
                mappings(proc.resolve("maps")),
                watches(proc.resolve("fdinfo")),
                residentBytes(proc.resolve("status")));
    }

    /** The same without the resident set, which is never the same twice. */
    public ProcessFigures withoutMemory() {
        return new ProcessFigures(descriptors, threads, mappings, inotifyWatches, 0);
    }

    private static int count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return (int) entries.count();
        }
    }

    private static int mappings(Path maps) throws IOException {
        try (Stream<String> lines = Files.lines(maps, StandardCharsets.ISO_8859_1)) {
            return (int) lines.filter(line -> line.contains(" /"))
                    .filter(line -> !line.matches(
                            ".*(\\.so[.0-9]*|\\.jar|/modules|\\.jsa|/java|hsperfdata.*)( \\(deleted\\))?$"))
                    .count();
        }
    }

    private static int watches(Path fdinfo) throws IOException {
        long sum = 0;
        try (Stream<Path> entries = Files.list(fdinfo)) {
            for (Path entry : entries.toList()) {
                sum += lines(entry, "inotify wd:");
            }
        }
        return (int) sum;
    }

    private static long lines(Path file, String prefix) throws IOException {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(prefix)).count();
        } catch (NoSuchFileException closedMeanwhile) {
            return 0;
        }
    }

    private static long residentBytes(Path status) throws IOException {
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        }
    }
}
