// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    private Path folder;

    @Test
    void makesItsFolders() throws LaunchException {
        new DataFolder(folder.resolve("data")).prepare();

        assertThat(folder.resolve("data/configs")).isDirectory();
        assertThat(folder.resolve("data/deploy")).isDirectory();
    }

    @Test
    void saysInOneLineWhatIsInTheWay() throws IOException {
        Path file = Files.createFile(folder.resolve("data"));

        assertThatThrownBy(() -> new DataFolder(file).prepare())
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith(file + "/configs: ")
                .hasMessageEndingWith("make the data folder writable, or name another one with --data DIR");
    }

    @Test
    void saysInWordsThatThereIsNoSuchFolder() {
        assertThatThrownBy(() -> new DataFolder(Path.of("/proc/none")).prepare())
                .hasMessageStartingWith("/proc/none/configs: no such file or folder; ");
    }

    @Test
    void deletesATreeButFollowsNoLink() throws IOException {
        Path kept = Files.createDirectories(folder.resolve("kept"));
        Files.createFile(kept.resolve("file"));
        Path tree = Files.createDirectories(folder.resolve("tree/below"));
        Files.createSymbolicLink(tree.resolve("link"), kept);

        DataFolder.delete(folder.resolve("tree"));
        DataFolder.delete(folder.resolve("never there"));

        assertThat(folder.resolve("tree")).doesNotExist();
        assertThat(kept.resolve("file")).exists();
    }
}
