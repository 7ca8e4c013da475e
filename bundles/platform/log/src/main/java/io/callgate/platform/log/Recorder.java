// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;

/**
 * Takes every log entry once and puts it where it belongs: the file (all, with stack traces), standard output (from a
 * level up, one line each), and those who follow the log.
 *
 * <p>Storms: of lines that repeat the line before, the number is written, and a stack trace that was written lately is
 * only referred to.
 */
final class Recorder implements LogListener {

    private static final int TRACES_REMEMBERED = 64;

    private final Output output;
    private final Predicate<String> debugging;
    private final Set<Consumer<String>> followers = new CopyOnWriteArraySet<>();
    private final Map<String, Line> traces = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Line> eldest) {
            return size() > TRACES_REMEMBERED;
        }
    });

    private LogFile file;
    private LogLevel threshold;
    private final boolean quietUntilPrompt;
    private boolean promptSeen;
    private long lastSequence = -1;
    private Line last;
    private long repeated;

    /**
     * @param debugging whether a logger's level lets DEBUG pass (asked for the framework's events only)
     * @param quietUntilPrompt a person waits for a prompt: until it comes, only warnings are worth its screen
     */
    Recorder(LogFile file, Output output, LogLevel threshold, Predicate<String> debugging, boolean quietUntilPrompt) {
        this.file = file;
        this.output = output;
        this.threshold = threshold;
        this.debugging = debugging;
        this.quietUntilPrompt = quietUntilPrompt;
    }

    synchronized void settings(LogFile newFile, LogLevel newThreshold) throws IOException {
        file.close();
        file = newFile;
        threshold = newThreshold;
    }

    @Override
    public synchronized void logged(LogEntry entry) {
        if (entry.getSequence() <= lastSequence) {
            return;
        }
        lastSequence = entry.getSequence();
        if (String.valueOf(entry.getLoggerName()).startsWith(Line.EVENTS)
                && Line.level(entry) == LogLevel.DEBUG
                && !debugging.test(entry.getLoggerName())) {
            return;
        }
        record(Line.of(entry));
    }

    /**
     * Takes the history and all that follows, each once and in order: entries that arrive meanwhile wait for this lock,
     * and those which the history had are known by their number.
     */
    synchronized void attach(LogReaderService reader) {
        lastSequence = -1; // a new log service counts from the beginning
        reader.addLogListener(this);
        List<LogEntry> history = Collections.list(reader.getLog()); // the newest first
        Collections.reverse(history);
        history.forEach(this::logged);
    }

    private void record(Line line) {
        if (last != null && line.says(last)) {
            repeated++;
            return;
        }
        flushRepeated(line);
        last = line;
        write(line, line.dated() + "\n" + trace(line));
    }

    private void flushRepeated(Line now) {
        if (repeated > 0) {
            String text = "the line before came " + repeated + " more " + (repeated == 1 ? "time" : "times");
            repeated = 0;
            Line note = new Line(now.time(), last.level(), last.name(), text, "");
            write(note, note.dated() + "\n");
        }
    }

    private void write(Line line, String forTheFile) {
        file.write(forTheFile);
        if (line.isAtLeast(outputThreshold())) {
            output.write(line);
        }
        followers.forEach(follower -> follower.accept(line.dated()));
    }

    private LogLevel outputThreshold() {
        promptSeen |= output.hasPrompt();
        return quietUntilPrompt && !promptSeen && threshold.implies(LogLevel.WARN) ? LogLevel.WARN : threshold;
    }

    private String trace(Line line) {
        if (line.trace().isEmpty()) {
            return "";
        }
        Line before = traces.put(line.trace(), line);
        String text = before == null ? line.trace() : "the stack trace is that of " + before.dated();
        StringBuilder indented = new StringBuilder();
        text.lines().forEach(part -> indented.append('\t').append(part.strip()).append('\n'));
        return indented.toString();
    }

    void follow(Consumer<String> follower) {
        followers.add(follower);
    }

    void unfollow(Consumer<String> follower) {
        followers.remove(follower);
    }

    synchronized List<String> tail(int count, boolean traces) throws IOException {
        return file.tail(count, line -> traces || !line.startsWith("\t"));
    }

    synchronized void close() throws IOException {
        if (last != null) {
            flushRepeated(last);
        }
        file.close();
    }
}
