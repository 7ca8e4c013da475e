// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredJarTest {

    @TempDir
    private Path folder;

    @Test
    void hasTheSameEntriesOnlyNotCompressed() throws IOException {
        Path jar = SmallJar.write(folder.resolve("a.jar"), Map.of("Bundle-License", "Apache-2.0"), "free ".repeat(100));
        Path stored = folder.resolve("stored.jar");
        StoredJar.copy(jar, stored);

        try (JarFile before = new JarFile(jar.toFile());
                JarFile after = new JarFile(stored.toFile())) {
            List<? extends ZipEntry> entries = before.stream().toList();
            assertThat(after.stream().map(ZipEntry::getName))
                    .containsExactlyElementsOf(
                            entries.stream().map(entry -> entry.getName()).toList());
            assertThat(after.stream()).allMatch(entry -> entry.getMethod() == ZipEntry.STORED);
            for (ZipEntry entry : entries) {
                ZipEntry copy = after.getEntry(entry.getName());
                assertThat(copy.getTimeLocal()).isEqualTo(entry.getTimeLocal());
                assertThat(after.getInputStream(copy).readAllBytes())
                        .isEqualTo(before.getInputStream(entry).readAllBytes());
            }
            assertThat(after.getManifest()).isEqualTo(before.getManifest());
        }
    }

    @Test
    void isTheSameWheneverItIsMade() throws IOException {
        Path jar = SmallJar.write(folder.resolve("a.jar"), Map.of(), null);
        StoredJar.copy(jar, folder.resolve("one.jar"));
        StoredJar.copy(jar, folder.resolve("two.jar"));
        assertThat(folder.resolve("one.jar")).hasSameBinaryContentAs(folder.resolve("two.jar"));
    }
}
