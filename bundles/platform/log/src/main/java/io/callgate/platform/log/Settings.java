// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import java.util.Locale;
import java.util.function.UnaryOperator;
import org.osgi.service.log.LogLevel;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * How much is kept, and what standard output gets.
 *
 * @param fileBytes the size at which the file is rotated
 * @param files how many there are at most, the one being written included
 */
record Settings(long fileBytes, int files, LogLevel output) {

    static final String PID = "io.callgate.platform.log";
    static final Settings DEFAULTS = new Settings(4L << 20, 4, LogLevel.INFO);

    private static final int MEBI = 20;

    @ObjectClassDefinition(
            pid = PID,
            name = "Callgate log",
            description = "The log file in the data folder, and what standard output gets."
                    + " Levels by logger are another PID: org.osgi.service.log.admin, or the command log:level.")
    @interface Config {

        @AttributeDefinition(description = "Size at which log/callgate.log is rotated, in MiB", min = "1", max = "1024")
        int fileMebibytes() default 4;

        @AttributeDefinition(
                description = "Number of log files kept, the one being written included",
                min = "1",
                max = "100")
        int fileCount() default 4;

        @AttributeDefinition(description = "The least severe level that goes to standard output; the file gets all")
        String outputLevel() default "INFO";
    }

    /**
     * @param value a configuration's value of a key as text, or null
     * @throws IllegalArgumentException with the sentence for the person who wrote it
     */
    static Settings of(UnaryOperator<String> value) {
        return new Settings(
                (long) number(value, "fileMebibytes", 1, 1024, (int) (DEFAULTS.fileBytes >> MEBI)) << MEBI,
                number(value, "fileCount", 1, 100, DEFAULTS.files),
                level(value.apply("outputLevel"), DEFAULTS.output));
    }

    private static int number(UnaryOperator<String> value, String key, int min, int max, int otherwise) {
        String text = value.apply(key);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " is \"" + text + "\" and must be a number", e);
        }
        throw new IllegalArgumentException(key + " is " + text + " and must be " + min + " to " + max);
    }

    /** @param text a level's name in any case, or null */
    static LogLevel level(String text, LogLevel otherwise) {
        if (text == null) {
            return otherwise;
        }
        for (LogLevel level : LogLevel.values()) {
            if (level.name().equals(text.strip().toUpperCase(Locale.ROOT))) {
                return level;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is no level: use ERROR, WARN, INFO, DEBUG or TRACE");
    }
}
