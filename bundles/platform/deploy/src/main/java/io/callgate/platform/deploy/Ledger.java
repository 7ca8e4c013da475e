// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is remembered across a restart and a kill. It is written after the framework has done something, not before: a
 * bundle whose time of modification is not the one recorded has unknown content, and gets the right one again.
 */
final class Ledger {

    /**
     * A file of {@code deploy/}.
     *
     * @param stamp of the file when it was read, empty if it has to be read
     * @param seen hash of what was read, or null
     * @param good hash of the last content of this file that served, or null
     */
    record FileRecord(String name, String stamp, String seen, String good) {}

    /**
     * A bundle that has its content from a file.
     *
     * @param services what it had registered for others when it was last well, or has to while it is on probation
     */
    record BundleRecord(
            String symbolicName,
            String hash,
            String file,
            long id,
            long lastModified,
            long sinceMillis,
            long tookMillis,
            List<String> services) {

        BundleRecord inFile(String other) {
            return new BundleRecord(symbolicName, hash, other, id, lastModified, sinceMillis, tookMillis, services);
        }
    }

    private static final String HEADER = "callgate-deploy 1";
    private static final String NONE = "-";

    final Map<String, FileRecord> files = new TreeMap<>();
    final Map<String, BundleRecord> bundles = new TreeMap<>();
    /** Why a content is not tried again, by its hash. */
    final Map<String, String> refused = new TreeMap<>();

    /** Reads it; empty if there is none. @throws IOException if it is there and cannot be understood */
    static Ledger read(Path file) throws IOException {
        Ledger ledger = new Ledger();
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
                throw new IOException(file + " is not of this version");
            }
            for (String line : lines.subList(1, lines.size())) {
                ledger.add(line.split("\t", -1), file);
            }
        } catch (NoSuchFileException e) {
            return ledger;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " cannot be read", e);
        }
        return ledger;
    }

    private void add(String[] encoded, Path file) throws IOException {
        String[] word = Arrays.stream(encoded).map(Ledger::decode).toArray(String[]::new);
        if (word[0].equals("file") && word.length == 5) {
            files.put(word[1], new FileRecord(word[1], word[2], orNull(word[3]), orNull(word[4])));
        } else if (word[0].equals("bundle") && word.length >= 8) {
            List<String> services = List.of(word).subList(8, word.length);
            bundles.put(
                    word[1],
                    new BundleRecord(
                            word[1],
                            word[2],
                            word[3],
                            Long.parseLong(word[4]),
                            Long.parseLong(word[5]),
                            Long.parseLong(word[6]),
                            Long.parseLong(word[7]),
                            services));
        } else if (word[0].equals("refused") && word.length == 3) {
            refused.put(word[1], word[2]);
        } else {
            throw new IOException(file + " has a line of an unknown kind: " + word[0]);
        }
    }

    String text() {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        files.values().forEach(f -> lines.add(line("file", f.name(), f.stamp(), orNone(f.seen()), orNone(f.good()))));
        bundles.values().forEach(b -> {
            List<String> words = new ArrayList<>(List.of("bundle", b.symbolicName(), b.hash(), b.file()));
            words.addAll(List.of("" + b.id(), "" + b.lastModified(), "" + b.sinceMillis(), "" + b.tookMillis()));
            words.addAll(b.services());
            lines.add(line(words.toArray(String[]::new)));
        });
        refused.forEach((hash, reason) -> lines.add(line("refused", hash, reason)));
        return String.join("\n", lines) + "\n";
    }

    private static String line(String... words) {
        return String.join("\t", Arrays.stream(words).map(Ledger::encode).toList());
    }

    private static String encode(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }

    private static String decode(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }

    private static String orNone(String hash) {
        return hash == null ? NONE : hash;
    }

    private static String orNull(String word) {
        return word.equals(NONE) ? null : word;
    }
}
