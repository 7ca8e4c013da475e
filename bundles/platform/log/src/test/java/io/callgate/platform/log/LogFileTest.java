// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

    @TempDir
    Path folder;

    private final List<String> troubles = new ArrayList<>();

    private final LogFile.Trouble trouble = new LogFile.Trouble() {
        @Override
        public void failed(IOException reason) {
            troubles.add("failed: " + reason.getMessage());
        }

        @Override
        public void recovered(long droppedLines) {
            troubles.add("recovered: " + droppedLines);
        }
    };

    private LogFile file(long bytes, int files) {
        return new LogFile(folder.resolve("log/callgate.log"), bytes, files, trouble);
    }

    private String content(String name) throws IOException {
        return Files.readString(folder.resolve("log").resolve(name));
    }

    @Test
    void linesAreAppendedAlsoAfterARestart() throws IOException {
        try (LogFile first = file(1000, 3)) {
            first.write("one\n");
        }
        try (LogFile second = file(1000, 3)) {
            second.write("two\n");
        }
        assertThat(content("callgate.log")).isEqualTo("one\ntwo\n");
    }

    @Test
    void anInterruptedThreadLogsLikeAnyOther() throws IOException {
        try (LogFile file = file(1000, 3)) {
            file.write("before\n");
            Thread.currentThread().interrupt();
            file.write("interrupted\n");
            assertThat(Thread.interrupted()).isTrue();
            file.write("after\n");
        }
        assertThat(content("callgate.log")).isEqualTo("before\ninterrupted\nafter\n");
        assertThat(troubles).isEmpty();
    }

    @Test
    void aFullFileIsRotatedBetweenLines() throws IOException {
        try (LogFile file = file(10, 3)) {
            file.write("1234\n");
            file.write("5678\n");
            file.write("abcd\n");
        }
        assertThat(content("callgate.log")).isEqualTo("abcd\n");
        assertThat(content("callgate.log.1")).isEqualTo("1234\n5678\n");
    }

    @Test
    void neverMoreThanSoManyFilesOfSoManyBytes() throws IOException {
        try (LogFile file = file(100, 3)) {
            for (int i = 0; i < 200; i++) {
                file.write("line " + i + "\n");
            }
        }
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            assertThat(files)
                    .hasSize(3)
                    .allSatisfy(path -> assertThat(path).isRegularFile())
                    .allSatisfy(path -> assertThat(Files.size(path)).isBetween(1L, 100L));
        }
        assertThat(content("callgate.log")).endsWith("line 199\n");
    }

    @Test
    void oneFileAloneIsStartedAgain() throws IOException {
        try (LogFile file = file(10, 1)) {
            file.write("12345678\n");
            file.write("new\n");
        }
        assertThat(content("callgate.log")).isEqualTo("new\n");
        assertThat(folder.resolve("log/callgate.log.1")).doesNotExist();
    }

    @Test
    void aLineLongerThanAFileIsWrittenWhole() throws IOException {
        try (LogFile file = file(10, 2)) {
            file.write("this is longer than ten bytes\n");
        }
        assertThat(content("callgate.log")).isEqualTo("this is longer than ten bytes\n");
    }

    @Test
    void theTailReachesIntoTheOlderFilesAndLeavesTracesOut() throws IOException {
        try (LogFile file = file(24, 4)) {
            for (int i = 0; i < 6; i++) {
                file.write("line " + i + "\n\tat x\n");
            }
            assertThat(file.tail(4, line -> !line.startsWith("\t")))
                    .containsExactly("line 2", "line 3", "line 4", "line 5");
            assertThat(file.tail(3, line -> true)).containsExactly("\tat x", "line 5", "\tat x");
            assertThat(file.tail(0, line -> true)).isEmpty();
        }
    }

    @Test
    void aLineTornByACrashDoesNotHideTheOthers() throws IOException {
        Files.createDirectories(folder.resolve("log"));
        Files.write(folder.resolve("log/callgate.log"), "torn \u00fc".getBytes(StandardCharsets.ISO_8859_1));
        try (LogFile file = file(1000, 2)) {
            file.write("\nwhole\n");
            assertThat(file.tail(9, line -> true)).containsExactly("torn \ufffd", "whole");
        }
    }

    @Test
    void aFullDiskIsSaidOnce() throws IOException {
        try (LogFile file = new LogFile(Path.of("/dev/full"), 1000, 1, trouble)) {
            file.write("one\n");
            file.write("two\n");
        }
        assertThat(troubles).containsExactly("failed: No space left on device");
    }

    @Test
    void itGoesOnWhenThereIsRoomAgain() throws IOException {
        Files.writeString(folder.resolve("log"), "a file in the place of the folder");
        try (LogFile file = file(1000, 2)) {
            file.write("lost\n");
            file.write("lost too\n");
            Files.delete(folder.resolve("log"));
            file.write("kept\n");
            file.write("kept too\n");
        }
        assertThat(troubles).hasSize(2).last().isEqualTo("recovered: 2");
        assertThat(content("callgate.log")).isEqualTo("kept\nkept too\n");
    }
}
