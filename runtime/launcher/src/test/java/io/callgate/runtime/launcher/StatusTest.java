// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusTest {

    @TempDir
    private Path folder;

    @Test
    void isReadByWhoKnowsThePid() throws IOException, LaunchException {
        StatusFile file = new StatusFile(folder.resolve("status"));
        StatusFile.Status status =
                new StatusFile.Status(42, Instant.ofEpochMilli(1000), true, "0.1.0", "17.0.15 amd64", 20, 21, "");

        file.write(status);

        assertThat(file.read(42)).contains(status);
        assertThat(file.read(43)).as("left by another process").isEmpty();
    }

    @Test
    void safeModeIsPartOfIt() throws IOException, LaunchException {
        StatusFile file = new StatusFile(folder.resolve("status"));
        file.write(new StatusFile.Status(42, Instant.EPOCH, true, "0.1.0", "17", 20, 21, "3 resets within 30 min"));

        assertThat(file.read(42)).map(StatusFile.Status::safeMode).contains("3 resets within 30 min");
    }

    @Test
    void isEmptyBeforeTheFirstMessage() throws LaunchException {
        assertThat(new StatusFile(folder.resolve("status")).read(42)).isEmpty();
    }

    @Test
    void namesADamagedFile() throws IOException {
        Path file = Files.writeString(folder.resolve("status"), "pid=4");

        assertThatThrownBy(() -> new StatusFile(file).read(4)).hasMessage(file + " is damaged; remove it");
    }

    @Test
    void saysTheUptimeInTwoWords() {
        assertThat(StatusCommand.words(Duration.ofSeconds(59))).isEqualTo("59 s");
        assertThat(StatusCommand.words(Duration.ofSeconds(61))).isEqualTo("1 min 1 s");
        assertThat(StatusCommand.words(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
        assertThat(StatusCommand.words(Duration.ofHours(50))).isEqualTo("2 d 2 h");
    }
}
