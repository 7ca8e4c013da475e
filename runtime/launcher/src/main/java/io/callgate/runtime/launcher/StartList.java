// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The image's {@code start.list}: one bundle per line, {@code START-LEVEL PATH}, the path relative to the image. Start
 * level 0 means: installed and resolved for its packages, but not started. Empty lines and lines with # do not count.
 */
record StartList(List<Entry> entries) {

    static final String FILE = "start.list";

    /** One bundle. Its location in the framework does not depend on where the image stands. */
    record Entry(int startLevel, String path) {

        static final String SCHEME = "callgate";

        String location() {
            return SCHEME + ":" + path;
        }

        boolean isStarted() {
            return startLevel > 0;
        }
    }

    static StartList read(Path home) throws LaunchException {
        Path file = home.resolve(FILE);
        try {
            return parse(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw LaunchException.of(file, e, "unpack the image again");
        }
    }

    static StartList parse(Path file, List<String> lines) throws LaunchException {
        List<Entry> entries = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Entry entry = entry(line);
            if (entry == null || !seen.add(entry.path())) {
                String what = entry == null ? "not START-LEVEL PATH" : "a second time";
                throw new LaunchException(
                        ExitCode.FAILED, file + ":" + (i + 1) + ": " + what + ": " + line + "; unpack the image again");
            }
            entries.add(entry);
        }
        if (entries.isEmpty()) {
            throw new LaunchException(ExitCode.FAILED, file + " names no bundle; unpack the image again");
        }
        return new StartList(List.copyOf(entries));
    }

    private static Entry entry(String line) {
        int space = line.indexOf(' ');
        if (space < 1 || space > 4 || !line.substring(0, space).chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        String path = line.substring(space + 1).strip();
        return path.isEmpty() || path.startsWith("/") || path.contains("..")
                ? null
                : new Entry(Integer.parseInt(line.substring(0, space)), path);
    }

    /** The lines that count. A record's own toString is linked at run time, which takes 30 ms of a start. */
    String text() {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry ->
                text.append(entry.startLevel()).append(' ').append(entry.path()).append('\n'));
        return text.toString();
    }

    /** The start level at which everything is up. */
    int highestLevel() {
        return entries.stream().mapToInt(Entry::startLevel).max().orElse(1);
    }
}
