// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.time.Duration;
import java.util.function.Function;

/**
 * How long things are waited for.
 *
 * @param settle quiet after a file before its batch is done, so that files that come together go together
 * @param settleMost a batch is done after this long, quiet or not
 * @param quiet a file that a scan found, and that nobody has written to for so long, is whole
 * @param deletion a file that is missing for so long is deleted: installers unlink first
 * @param probation the time a new version has to bring the services of the one before it
 */
record Timing(Duration settle, Duration settleMost, Duration quiet, Duration deletion, Duration probation) {

    static final String DELETION_PROPERTY = "callgate.deploy.deletion.ms";
    static final String PROBATION_PROPERTY = "callgate.deploy.probation.ms";

    static final Timing DEFAULT = new Timing(
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5));

    /** @param properties of the framework, null where there is none */
    static Timing of(Function<String, String> properties, Journal journal) {
        return new Timing(
                DEFAULT.settle,
                DEFAULT.settleMost,
                DEFAULT.quiet,
                millis(DELETION_PROPERTY, properties, DEFAULT.deletion, journal),
                millis(PROBATION_PROPERTY, properties, DEFAULT.probation, journal));
    }

    private static Duration millis(
            String property, Function<String, String> properties, Duration otherwise, Journal journal) {
        String text = properties.apply(property);
        if (text == null) {
            return otherwise;
        }
        if (!text.strip().matches("\\d{1,9}")) {
            journal.warn(property + " is \"" + text + "\": give a number of milliseconds without a unit, such as "
                    + otherwise.toMillis() + ", which serves until then");
            return otherwise;
        }
        return Duration.ofMillis(Long.parseLong(text.strip()));
    }
}
