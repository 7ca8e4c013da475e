// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProductRecordTest {

    @TempDir
    private Path folder;

    @Test
    void isReadAsWritten() throws IOException, LaunchException {
        Path jar = Files.writeString(folder.resolve("a.jar"), "content");
        ProductRecord record = new ProductRecord(
                new Fingerprint(Map.of("JDK", "Debian 17")), Map.of("system/a b.jar", ProductRecord.Jar.of(jar)));

        record.write(folder.resolve("product"));

        assertThat(ProductRecord.read(folder.resolve("product"))).isEqualTo(record);
        assertThat(folder.resolve("product.new")).doesNotExist();
    }

    @Test
    void isNullWhenAbsentOrDamaged() throws IOException, LaunchException {
        Path damaged = Files.writeString(folder.resolve("product"), "fact\tJDK\n");

        assertThat(ProductRecord.read(folder.resolve("none"))).isNull();
        assertThat(ProductRecord.read(damaged)).isNull();
    }

    @Test
    void stampTellsAFileFromAnotherOfTheSameSizeAndTime() throws IOException {
        Path jar = Files.writeString(folder.resolve("a.jar"), "one");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
        ProductRecord.Stamp before = ProductRecord.Stamp.of(jar);
        Path other = Files.writeString(folder.resolve("b.jar"), "two");
        Files.setLastModifiedTime(other, FileTime.fromMillis(0));

        assertThat(ProductRecord.Stamp.of(jar)).isEqualTo(before);
        assertThat(ProductRecord.Stamp.of(other)).isNotEqualTo(before);
    }
}
