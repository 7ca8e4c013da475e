// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;

class RecorderTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final Output output = new Output(screen, Line::undated);
    private boolean debugging;
    private long sequence;

    private Recorder recorder(boolean quietUntilPrompt) {
        LogFile file = new LogFile(folder.resolve("callgate.log"), 1 << 20, 2, new LogFile.Trouble() {
            @Override
            public void failed(IOException reason) {
                throw new AssertionError(reason);
            }

            @Override
            public void recovered(long droppedLines) {
                throw new AssertionError(droppedLines);
            }
        });
        output.start();
        return new Recorder(file, output, LogLevel.INFO, logger -> debugging, quietUntilPrompt);
    }

    @AfterEach
    void stop() throws InterruptedException {
        output.stop(Duration.ofSeconds(10));
    }

    private Entry entry(LogLevel level, String message, Throwable thrown) {
        return new Entry(++sequence, level, "lamp", message, thrown);
    }

    private List<String> screen() throws InterruptedException {
        output.stop(Duration.ofSeconds(10));
        return screen.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private List<String> file() throws IOException {
        // the time apart
        return Files.readAllLines(folder.resolve("callgate.log")).stream()
                .map(line -> line.startsWith("\t") ? line : line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    @Test
    void theFileGetsAllAndTheScreenFromItsLevelUp() throws Exception {
        Recorder recorder = recorder(false);
        recorder.logged(entry(LogLevel.DEBUG, "detail", null));
        recorder.logged(entry(LogLevel.INFO, "news", null));
        recorder.close();
        assertThat(file()).containsExactly("DEBUG lamp: detail", "INFO  lamp: news");
        assertThat(screen()).containsExactly("INFO  lamp: news");
    }

    @Test
    void aStackTraceIsInTheFileOnlyAndOnce() throws Exception {
        Recorder recorder = recorder(false);
        Exception thrown = new IllegalStateException("broken");
        thrown.setStackTrace(new StackTraceElement[] {new StackTraceElement("Lamp", "on", "Lamp.java", 7)});
        recorder.logged(entry(LogLevel.ERROR, "first", thrown));
        recorder.logged(entry(LogLevel.ERROR, "second", thrown));
        recorder.close();
        assertThat(screen())
                .containsExactly(
                        "ERROR lamp: first: IllegalStateException: broken",
                        "ERROR lamp: second: IllegalStateException: broken");
        assertThat(file()).hasSize(5).contains("\tat Lamp.on(Lamp.java:7)");
        assertThat(file().get(4)).startsWith("\tthe stack trace is that of").contains("lamp: first");
    }

    @Test
    void aRepeatedLineIsCounted() throws Exception {
        Recorder recorder = recorder(false);
        for (int i = 0; i < 5; i++) {
            recorder.logged(entry(LogLevel.WARN, "again", null));
        }
        recorder.logged(entry(LogLevel.INFO, "other", null));
        recorder.logged(entry(LogLevel.INFO, "other", null));
        recorder.close();
        assertThat(file())
                .containsExactly(
                        "WARN  lamp: again",
                        "WARN  lamp: the line before came 4 more times",
                        "INFO  lamp: other",
                        "INFO  lamp: the line before came 1 more time");
    }

    @Test
    void untilThePromptComesOnlyWarningsReachItsScreen() throws Exception {
        List<String> above = Collections.synchronizedList(new ArrayList<>());
        Recorder recorder = recorder(true);
        recorder.logged(entry(LogLevel.INFO, "starting", null));
        recorder.logged(entry(LogLevel.WARN, "careful", null));
        output.above(above::add);
        recorder.logged(entry(LogLevel.INFO, "deployed", null));
        recorder.close();
        List<String> shown = new ArrayList<>(screen());
        shown.addAll(above);
        assertThat(shown).containsExactly("WARN  lamp: careful", "INFO  lamp: deployed");
    }

    @Test
    void routineOfTheFrameworkIsForThoseWhoDebug() throws Exception {
        Recorder recorder = recorder(false);
        recorder.logged(new Entry(++sequence, LogLevel.INFO, "Events.Bundle.x", "BundleEvent STARTED"));
        debugging = true;
        recorder.logged(new Entry(++sequence, LogLevel.INFO, "Events.Bundle.x", "BundleEvent STOPPED"));
        recorder.close();
        assertThat(file()).containsExactly("DEBUG framework: BundleEvent STOPPED");
    }

    @Test
    void historyAndListenerTogetherGiveEachEntryOnceAndInOrder() throws Exception {
        Recorder recorder = recorder(false);
        Entry one = entry(LogLevel.INFO, "one", null);
        Entry two = entry(LogLevel.INFO, "two", null);
        recorder.attach(new LogReaderService() {
            @Override
            public void addLogListener(LogListener listener) {
                assertThat(listener).isSameAs(recorder);
            }

            @Override
            public void removeLogListener(LogListener listener) {
                throw new AssertionError(listener);
            }

            @Override
            public Enumeration<LogEntry> getLog() {
                return Collections.enumeration(List.<LogEntry>of(two, one));
            }
        });
        recorder.logged(two);
        recorder.logged(entry(LogLevel.INFO, "three", null));
        recorder.close();
        assertThat(file()).containsExactly("INFO  lamp: one", "INFO  lamp: two", "INFO  lamp: three");
    }

    @Test
    void followersGetEveryLine() throws Exception {
        Recorder recorder = recorder(false);
        List<String> heard = new ArrayList<>();
        recorder.follow(heard::add);
        recorder.logged(entry(LogLevel.DEBUG, "detail", null));
        recorder.close();
        assertThat(heard).singleElement().asString().endsWith("DEBUG lamp: detail");
    }
}
