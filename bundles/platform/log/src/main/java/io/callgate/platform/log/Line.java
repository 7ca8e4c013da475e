// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.Logger;

/**
 * One log entry as one line: what was logged, then the chain of its causes; its stack trace is kept apart.
 *
 * @param text without line breaks or control characters, so that nobody writes a second line, or to the terminal, by
 *     what he has logged
 * @param trace the stack trace's lines, or empty
 */
record Line(Instant time, LogLevel level, String name, String text, String trace) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);

    /** Loggers whose names say nothing (LogService.log's, and the root's): the bundle's name is better. */
    private static final Set<String> NAMELESS = Set.of("LogService", Logger.ROOT_LOGGER_NAME);

    static final String EVENTS = "Events.";
    private static final String FRAMEWORK_EVENTS = EVENTS + "Framework.";
    private static final String WARNING_EVENT = "FrameworkEvent WARNING";

    static Line of(LogEntry entry) {
        Throwable thrown = entry.getException();
        String message = entry.getMessage() == null ? "" : entry.getMessage();
        String name = entry.getLoggerName();
        if (name == null || NAMELESS.contains(name) || name.startsWith(EVENTS)) {
            name = entry.getBundle() == null
                    ? "framework"
                    : String.valueOf(entry.getBundle().getSymbolicName());
        }
        boolean troubleInTheFramework = isFrameworkEvent(entry) && thrown != null;
        String text = Causes.append(troubleInTheFramework ? "" : message, thrown);
        return new Line(
                Instant.ofEpochMilli(entry.getTime()),
                level(entry),
                name,
                printable(text),
                thrown == null ? "" : trace(thrown));
    }

    /**
     * Felix logs every event of the framework, the bundles and the services at INFO or DEBUG, past the levels of
     * LoggerAdmin. Trouble (an event with an exception) is what it is; the rest is of interest while debugging only.
     */
    static LogLevel level(LogEntry entry) {
        if (!String.valueOf(entry.getLoggerName()).startsWith(EVENTS)) {
            return entry.getLogLevel();
        }
        if (isFrameworkEvent(entry) && WARNING_EVENT.equals(entry.getMessage())) {
            return LogLevel.WARN;
        }
        return isFrameworkEvent(entry) && entry.getLogLevel() == LogLevel.ERROR ? LogLevel.ERROR : LogLevel.DEBUG;
    }

    private static boolean isFrameworkEvent(LogEntry entry) {
        return String.valueOf(entry.getLoggerName()).startsWith(FRAMEWORK_EVENTS);
    }

    /** {@code 2026-11-22T17:30:00.123+01:00 INFO  io.callgate.platform.deploy: text} */
    String dated() {
        return TIME.format(time.atZone(ZoneId.systemDefault())) + " " + undated();
    }

    /** For a reader that has a clock of its own. */
    String undated() {
        return String.format(Locale.ROOT, "%-5s %s: %s", level, name, text);
    }

    /** journald's form: it keeps time and level itself; see sd-daemon(3). */
    String journal() {
        return "<" + priority() + ">" + name + ": " + text;
    }

    private int priority() {
        return switch (level) {
            case AUDIT -> 5; // notice
            case ERROR -> 3;
            case WARN -> 4;
            case INFO -> 6;
            case DEBUG, TRACE -> 7;
        };
    }

    boolean isAtLeast(LogLevel threshold) {
        return threshold.implies(level);
    }

    boolean says(Line other) {
        return level == other.level && name.equals(other.name) && text.equals(other.text);
    }

    private static String trace(Throwable thrown) {
        StringWriter out = new StringWriter();
        thrown.printStackTrace(new PrintWriter(out));
        return out.toString();
    }

    private static String printable(String text) {
        StringBuilder line = new StringBuilder(text.length());
        for (String part : text.strip().split("\\R")) {
            line.append(line.isEmpty() ? "" : " | ").append(part.strip());
        }
        for (int i = 0; i < line.length(); i++) {
            if (Character.isISOControl(line.charAt(i))) {
                line.setCharAt(i, line.charAt(i) == '\t' ? ' ' : '?');
            }
        }
        return line.toString();
    }
}
