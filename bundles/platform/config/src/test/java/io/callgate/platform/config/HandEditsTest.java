// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandEditsTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path root;

    private TestHouse house;

    @BeforeEach
    void start() throws IOException {
        house = new TestHouse(root).start();
        house.store("a", Map.of("x", 1L));
    }

    @Test
    void anEditIsServedAsSoonAsItIsWhole() throws IOException {
        house.type("a.json", "{ /* mine */ \"x\": 2 }");
        house.pass(HandEdits.SETTLE);
        assertThat(house.value("a", "x")).isEqualTo(2L);
        assertThat(house.text("a.json")).isEqualTo("{ /* mine */ \"x\": 2 }");
        assertThat(house.generations("a")).containsExactly("1 api", "2 edit");
    }

    @Test
    void ourOwnWriteIsNoEdit() throws IOException {
        house.parts.edits().touched("a.json");
        house.pass(LONG);
        assertThat(house.generations("a")).containsExactly("1 api");
        assertThat(house.log).isEmpty();
    }

    @Test
    void aHalfWrittenFileIsLeftAloneAndServedWhenItIsWhole() throws IOException {
        house.type("a.json", "{ \"x\"");
        house.pass(Duration.ofMillis(1900));
        assertThat(house.text("a.json")).isEqualTo("{ \"x\"");
        house.type("a.json", "{ \"x\": 3 }");
        house.pass(LONG);
        assertThat(house.value("a", "x")).isEqualTo(3L);
        assertThat(house.configs.resolve("set-aside")).doesNotExist();
    }

    @Test
    void aFileThatSomebodyHasOpenForWritingIsLeftAloneHoweverLongItTakes() throws IOException {
        Path file = house.configs.resolve("a.json");
        try (OutputStream slow = Files.newOutputStream(file, StandardOpenOption.TRUNCATE_EXISTING)) {
            slow.write("{ \"x\": ".getBytes());
            house.parts.edits().touched("a.json");
            house.pass(Duration.ofMinutes(5));
            assertThat(file).exists();
            assertThat(house.log).singleElement().asString().contains("is not complete yet");
            slow.write("4 }".getBytes());
        }
        house.pass(LONG);
        assertThat(house.value("a", "x")).isEqualTo(4L);
    }

    @Test
    void aMalformedFileIsSetAsideAndTheVersionBeforeServes() throws IOException {
        house.type("a.json", "{ \"x\": }");
        house.pass(LONG);
        assertThat(house.configs.resolve("set-aside/a.json")).hasContent("{ \"x\": }");
        assertThat(house.text("a.json")).isEqualTo("{\n  \"x\": 1\n}\n");
        assertThat(house.value("a", "x")).isEqualTo(1L);
        assertThat(house.log)
                .singleElement()
                .asString()
                .startsWith("a.json: line 1, column 8: ")
                .contains("set-aside")
                .doesNotContain("\n");
        assertThat(house.parts.why().apply("a")).startsWith("a is set aside: line 1");
    }

    @Test
    void movingTheMendedFileBackIsAllThatIsNeeded() throws IOException {
        house.type("a.json", "{ \"x\": }");
        house.pass(LONG);
        Files.delete(house.configs.resolve("set-aside/a.json"));
        house.type("a.json", "{ \"x\": 6 }");
        house.pass(LONG);
        assertThat(house.value("a", "x")).isEqualTo(6L);
        assertThat(house.parts.why().apply("a")).isNotNull().doesNotContain("set aside");
    }

    @Test
    void aFileThatWasMalformedBeforeTheStartServesItsLastGoodGeneration() throws IOException {
        Files.writeString(house.configs.resolve("a.json"), "");
        Files.writeString(house.configs.resolve("new.json"), "no json");
        house.start();
        assertThat(house.value("a", "x")).isEqualTo(1L);
        house.pass(LONG);
        assertThat(house.text("a.json")).contains("\"x\": 1");
        assertThat(house.configs.resolve("set-aside/a.json")).isEmptyFile();
        assertThat(house.configs.resolve("set-aside/new.json")).exists();
        assertThat(house.log).hasSize(2).anyMatch(line -> line.contains("nothing serves in its place"));
    }

    @Test
    void aDeletionCountsOnlyAfterTwoSeconds() throws IOException {
        house.remove("a.json");
        house.pass(Duration.ofMillis(1900));
        assertThat(house.parts.store().exists("a")).isTrue();
        house.type("a.json", "{ \"x\": 2 }");
        house.pass(LONG);
        assertThat(house.value("a", "x")).isEqualTo(2L);
        house.remove("a.json");
        house.pass(Duration.ofMillis(2100));
        assertThat(house.parts.store().exists("a")).isFalse();
        assertThat(house.generations("a")).endsWith("3 delete");
    }

    @Test
    void aFolderThatIsGoneDeletesNothing() throws IOException {
        Files.move(house.configs, house.configs.resolveSibling("moved"));
        house.parts.edits().touched("a.json");
        house.parts.edits().rescan();
        house.pass(LONG);
        assertThat(house.value("a", "x")).isEqualTo(1L);
    }

    @Test
    void aRefusedEditIsSetAside() throws IOException {
        house.descriptions = new OneDescription("a", "x");
        house.type("a.json", "{ \"x\": \"ten\" }");
        house.pass(LONG);
        assertThat(house.value("a", "x")).isEqualTo(1L);
        assertThat(house.configs.resolve("set-aside/a.json")).hasContent("{ \"x\": \"ten\" }");
        assertThat(house.log).singleElement().asString().startsWith("a.json: refused, x = ten: invalid value");
    }

    @Test
    void aRefusalIsForgottenWithItsFile() throws IOException {
        house.descriptions = new OneDescription("a", "x");
        house.type("a.json", "{ \"x\": \"ten\" }");
        house.pass(LONG);
        assertThat(house.log).singleElement().asString().contains("set-aside/a.json, the old text is back in place");
        assertThat(house.parts.why().apply("a")).startsWith("a is set aside: refused, x = ten");
        Files.delete(house.configs.resolve("set-aside/a.json"));
        assertThat(house.parts.why().apply("a")).isNull();
    }

    @Test
    void aRefusalIsForgottenWithItsConfiguration() throws IOException {
        house.descriptions = new OneDescription("a", "x");
        assertThatThrownBy(() -> house.store("a", Map.of("x", 0))).isInstanceOf(IOException.class);
        assertThat(house.parts.why().apply("a")).startsWith("a was refused");
        house.type("a.json", "{ \"x\": 0 }");
        house.pass(LONG);
        house.remove("a.json");
        house.pass(LONG);
        assertThat(house.parts.why().apply("a")).doesNotContain("refused");
    }

    @Test
    void aFileOfAFactoryIsServedAndItsMissingNameIsSaidOnce() throws IOException {
        house.descriptions = new Descriptions() {
            @Override
            public Optional<Description> of(FileName name) {
                return Optional.empty();
            }

            @Override
            public Collection<String> pids() {
                return List.of("f");
            }

            @Override
            public boolean isFactory(FileName name) {
                return name.pid().equals("f");
            }
        };
        house.type("f.json", "{ \"x\": 1 }");
        house.pass(LONG);
        house.type("f.json", "{ \"x\": 2 }");
        house.pass(LONG);
        assertThat(house.value("f", "x")).isEqualTo(2L);
        assertThat(house.log).containsOnlyOnce("f is a factory: write f~NAME");
        assertThat(house.parts.why().apply("f")).isEqualTo("f is a factory: write f~NAME");
    }

    @Test
    void aFileWhoseNameIsNoPidIsNamedOnce() throws IOException {
        house.type("a b.json", "{}");
        house.pass(LONG);
        house.type("a b.json", "{}");
        house.pass(LONG);
        assertThat(house.log).singleElement().asString().contains("rename it to a%20b.json");
    }
}
