// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the bundle cache was made of: the file {@code cache/product}. It is removed before the cache is changed, and
 * written when the cache is on the disk: a cache without it was cut short and is made anew.
 *
 * @param fingerprint the JVM and the product that made the cache
 * @param jars by path in the image
 */
record ProductRecord(Fingerprint fingerprint, Map<String, Jar> jars) {

    private static final String FACT = "fact";
    private static final String JAR = "jar";

    /**
     * A jar of the image as it was installed.
     *
     * @param stamp of the file, which is cheap to compare
     * @param digest of its content
     */
    record Jar(Stamp stamp, String digest) {

        static Jar of(Path file) throws IOException {
            return new Jar(Stamp.of(file), Digest.of(file));
        }
    }

    /**
     * Says without reading a file that it is the same. The modification time would not: archives that can be
     * reproduced give every version of a file the same one. The time of the last status change cannot be set.
     */
    record Stamp(long size, long changedNanos, long inode) {

        static Stamp of(Path file) throws IOException {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:size,ctime,ino");
            return new Stamp(
                    (Long) attributes.get("size"),
                    ((FileTime) attributes.get("ctime")).to(TimeUnit.NANOSECONDS),
                    ((Number) attributes.get("ino")).longValue());
        }

        /** As {@link #equals}, which a record links at run time: 15 ms of a start. */
        boolean isSame(Stamp other) {
            return size == other.size && changedNanos == other.changedNanos && inode == other.inode;
        }
    }

    /** The record, or null if there is none that can be read. */
    static ProductRecord read(Path file) throws LaunchException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw LaunchException.of(file, e, "make the data folder readable and writable");
        }
        Map<String, String> facts = new LinkedHashMap<>();
        Map<String, Jar> jars = new LinkedHashMap<>();
        for (String line : lines) {
            String[] word = line.split("\t");
            if (word.length == 3 && word[0].equals(FACT)) {
                facts.put(word[1], word[2]);
            } else if (word.length == 6 && word[0].equals(JAR)) {
                jars.put(word[5], jar(word));
            } else {
                return null;
            }
        }
        return new ProductRecord(new Fingerprint(facts), jars);
    }

    private static Jar jar(String[] word) {
        return new Jar(new Stamp(number(word[1]), number(word[2]), number(word[3])), word[4]);
    }

    private static long number(String word) {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            return -1; // fits no file: the jar is looked at
        }
    }

    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        fingerprint.facts().forEach((name, value) -> lines.add(String.join("\t", FACT, name, value)));
        jars.forEach((path, jar) -> lines.add(String.join(
                "\t",
                JAR,
                Long.toString(jar.stamp().size()),
                Long.toString(jar.stamp().changedNanos()),
                Long.toString(jar.stamp().inode()),
                jar.digest(),
                path)));
        DurableFiles.replace(file, lines);
    }
}
