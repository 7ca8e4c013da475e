// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What one change made of one configuration: a file {@code NUMBER.KIND.NAME} in the history, with the text as it was
 * from then on. Several files may share a number (a rollback, the first start).
 *
 * @param number counts the changes, from 1
 * @param kind what made the change
 * @param name the configuration
 * @param file the text; empty where the configuration was deleted
 */
record Generation(long number, Kind kind, FileName name, Path file) {

    /** What made a change. */
    enum Kind {
        /** The shipped default, at the first start that knew it. */
        SEED,
        /** An unmodified copy that followed a new default. */
        UPGRADE,
        /** A person, in the file. */
        EDIT,
        /** A person, in the file, while the gateway was not running. */
        FOUND,
        /** A bundle, through Config Admin. */
        API,
        /** A person, in the shell. */
        SET,
        ROLLBACK,
        DELETE;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Optional<Generation> parse(Path file) {
        String all = file.getFileName().toString();
        int first = all.indexOf('.');
        int second = all.indexOf('.', first + 1);
        if (first < 1 || second < 0) {
            return Optional.empty();
        }
        try {
            long number = Long.parseLong(all.substring(0, first));
            Kind kind = Kind.valueOf(all.substring(first + 1, second).toUpperCase(java.util.Locale.ROOT));
            return FileName.parse(all.substring(second + 1)).map(name -> new Generation(number, kind, name, file));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Generation in(Path folder, long number, Kind kind, FileName name) {
        return new Generation(
                number, kind, name, folder.resolve(String.format("%08d.%s.%s", number, kind.word(), name.file())));
    }

    boolean deleted() {
        return kind == Kind.DELETE;
    }
}
