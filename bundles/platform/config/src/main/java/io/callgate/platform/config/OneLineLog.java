// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

/** What the store has to say: one line each, what and where and how to mend it. */
interface OneLineLog {

    /** How much a line matters. */
    enum Level {
        INFO,
        WARN,
        ERROR
    }

    void say(Level level, String line);

    default void info(String line) {
        say(Level.INFO, line);
    }

    default void warn(String line) {
        say(Level.WARN, line);
    }

    default void error(String line) {
        say(Level.ERROR, line);
    }

    /** A mistake of ours, with its place: nobody else will ever say it. */
    default void mistake(String during, Throwable thrown) {
        error(during + ": " + thrown);
    }
}
