// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.PrintStream;

/**
 * One line to standard error, for the time before there is a log service and for what ends the process. Under systemd
 * it carries the priority in the way journald reads it.
 */
final class Say {

    private static final boolean JOURNAL = System.getenv("JOURNAL_STREAM") != null;
    private static final PrintStream OUT = System.err;

    private Say() {}

    static void info(String line) {
        say(6, line);
    }

    static void warning(String line) {
        say(4, line);
    }

    static void error(String line) {
        say(3, line);
    }

    private static void say(int priority, String line) {
        OUT.println((JOURNAL ? "<" + priority + ">" : "") + "callgate: " + line.replace("\n", " | "));
    }
}
