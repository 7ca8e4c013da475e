// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, in whichever of a store's steps it becomes so. */
class DiskTest {

    @TempDir
    Path root;

    /** Writes as many files as it has room for. */
    private static final class FullDisk extends Disk {

        private int room = Integer.MAX_VALUE;

        @Override
        protected void write(Path file, String text) throws IOException {
            if (room-- <= 0) {
                Files.createFile(file);
                throw new IOException(file + ": No space left on device");
            }
            super.write(file, text);
        }
    }

    @Test
    void aStoreThatDoesNotFitChangesNothing() throws IOException {
        FullDisk disk = new FullDisk();
        TestHouse house = new TestHouse(root, disk, 100).start();
        house.store("a", Map.of("x", 1L));
        for (int room = 0; room < 2; room++) {
            disk.room = room;
            assertThatThrownBy(() -> house.store("a", Map.of("x", 2L)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
            assertThat(house.value("a", "x")).isEqualTo(1L);
            assertThat(house.text("a.json")).contains("\"x\": 1");
            assertThat(house.configs.toFile().list()).containsExactly("a.json");
            assertThat(house.past.toFile().list()).containsExactly("00000001.api.a.json");
        }
        disk.room = 2;
        house.store("a", Map.of("x", 2L));
        assertThat(house.start().value("a", "x")).isEqualTo(2L);
    }

    @Test
    void aDeletionSucceedsOnAFullDisk() throws IOException {
        FullDisk disk = new FullDisk();
        TestHouse house = new TestHouse(root, disk, 100).start();
        house.store("a", Map.of("x", 1L));
        disk.room = 0;
        house.parts.store().delete("a");
        assertThat(house.parts.store().exists("a")).isFalse();
        assertThat(house.configs).isEmptyDirectory();
        assertThat(house.log).singleElement().asString().contains("free some space");
    }

    @Test
    void aMalformedEditOnAFullDiskStaysWhereItIsAndTheVersionBeforeServes() throws IOException {
        FullDisk disk = new FullDisk();
        TestHouse house = new TestHouse(root, disk, 100).start();
        house.store("a", Map.of("x", 1L));
        house.type("a.json", "{");
        disk.room = 0;
        house.pass(java.time.Duration.ofSeconds(10));
        assertThat(house.text("a.json")).isEqualTo("{");
        assertThat(house.value("a", "x")).isEqualTo(1L);
        assertThat(house.log)
                .singleElement()
                .asString()
                .startsWith("a.json: line 1")
                .contains("it stays where it is");
        assertThat(house.start().value("a", "x")).isEqualTo(1L);
    }

    @Test
    void defaultsServeFromAFullDisk() throws IOException {
        FullDisk disk = new FullDisk();
        disk.room = 0;
        TestHouse house = new TestHouse(root, disk, 100);
        house.ship("a.json", "{\"x\": 1}");
        house.ship("b.json", "{\"x\": 1}");
        house.start();
        assertThat(house.value("a", "x")).isEqualTo(1L);
        assertThat(house.value("b", "x")).isEqualTo(1L);
        assertThat(house.log)
                .singleElement()
                .asString()
                .containsOnlyOnce("No space left")
                .containsOnlyOnce("free some space");
        assertThatThrownBy(() -> house.parts.store().delete("a")).hasMessageContaining("serves from memory");
        disk.room = 100;
        assertThat(house.start().text("a.json")).isEqualTo("{\"x\": 1}");
    }

    @Test
    void aDataFolderThatCannotBeMadeServesTheDefaults() throws IOException {
        TestHouse house = new TestHouse(root);
        house.ship("a.json", "{\"x\": 1}");
        Files.writeString(root.resolve("data"), "a file where the folder should be");
        house.start();
        assertThat(house.value("a", "x")).isEqualTo(1L);
        assertThat(house.log)
                .singleElement()
                .asString()
                .contains("cannot be written")
                .contains("--data DIR");
        assertThatThrownBy(() -> house.store("a", Map.of("x", 2L))).isInstanceOf(IOException.class);
        assertThat(house.value("a", "x")).isEqualTo(1L);
    }
}
