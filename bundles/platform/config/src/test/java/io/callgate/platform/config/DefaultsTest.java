// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultsTest {

    private static final String FIRST = "{ // first\n  \"x\": 1 }\n";
    private static final String SECOND = "{ // second\n  \"x\": 2 }\n";

    @TempDir
    Path root;

    private TestHouse house;

    @BeforeEach
    void ship() throws IOException {
        house = new TestHouse(root);
        house.ship("a.json", FIRST);
    }

    @Test
    void isCopiedAsItIsWhenItIsSeenForTheFirstTime() throws IOException {
        house.start();
        assertThat(house.text("a.json")).isEqualTo(FIRST);
        house.start();
        assertThat(house.generations("a")).containsExactly("1 seed");
    }

    @Test
    void doesNotReplaceWhatIsThere() throws IOException {
        house.start().type("b.json", "{\"mine\": 1}");
        house.pass(HandEdits.SETTLE);
        house.ship("b.json", FIRST);
        house.start();
        assertThat(house.value("b", "mine")).isEqualTo(1L);
    }

    @Test
    void whatWasDeletedStaysDeletedAlsoWhenItsDefaultChanges() throws IOException {
        house.start().parts.store().delete("a");
        house.start();
        house.ship("a.json", SECOND);
        house.start();
        assertThat(house.parts.store().exists("a")).isFalse();
    }

    @Test
    void anUnmodifiedCopyFollowsTheNewDefault() throws IOException {
        house.start();
        house.ship("a.json", SECOND);
        house.start();
        assertThat(house.text("a.json")).isEqualTo(SECOND);
        assertThat(house.generations("a")).containsExactly("1 seed", "2 upgrade");
    }

    @Test
    void aModifiedOneStaysAndTheLogSaysWhereToLook() throws IOException {
        house.start().store("a", Map.of("x", 9L));
        house.ship("a.json", SECOND);
        house.start();
        assertThat(house.value("a", "x")).isEqualTo(9L);
        assertThat(house.log).anyMatch(line -> line.contains("config:diff a"));
        house.log.clear();
        house.start();
        assertThat(house.log).isEmpty();
    }

    @Test
    void aMalformedDefaultIsNamedAndTheOthersAreApplied() throws IOException {
        house.ship("0.json", "{");
        house.start();
        assertThat(house.parts.store().exists("a")).isTrue();
        assertThat(house.log).anyMatch(line -> line.contains("0.json") && line.contains("line 1"));
    }
}
