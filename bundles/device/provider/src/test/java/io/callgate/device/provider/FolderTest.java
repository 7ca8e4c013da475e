// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTest {

    @TempDir
    Path folder;

    /** As readdir(3) of a folder of /sys or /proc that went while it was read. */
    private static DirectoryStream<Path> vanishing(IOException failure) {
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        throw new DirectoryIteratorException(failure);
                    }

                    @Override
                    public Path next() {
                        throw new DirectoryIteratorException(failure);
                    }
                };
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void whatVanishesMeanwhileFailsAsWhatWasNeverThere() throws IOException {
        assertThat(Folder.entries(folder)).isEmpty();
        Path entry = Files.createFile(folder.resolve("entry"));
        assertThat(Folder.entries(folder)).containsExactly(entry);
        assertThatThrownBy(() -> Folder.entries(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
        NoSuchFileException gone = new NoSuchFileException("holders");
        assertThatThrownBy(() -> Folder.all(vanishing(gone))).isSameAs(gone);
    }
}
