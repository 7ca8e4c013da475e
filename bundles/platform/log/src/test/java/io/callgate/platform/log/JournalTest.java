// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir
    Path folder;

    @Test
    void theStreamIsKnownByItsDeviceAndInode() throws Exception {
        Path stream = Files.createFile(folder.resolve("stream"));
        String name = Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino");
        assertThat(Journal.isStream(name, stream)).isTrue();
        assertThat(Journal.isStream(name + "1", stream)).isFalse();
        assertThat(Journal.isStream(null, stream)).isFalse();
        assertThat(Journal.isStream(name, folder.resolve("closed"))).isFalse();
    }
}
