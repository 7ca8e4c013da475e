// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {

    @TempDir
    Path root;

    private TestHouse house;

    @BeforeEach
    void start() throws IOException {
        house = new TestHouse(root).start();
        house.descriptions = new OneDescription("a", "level", "other");
    }

    @Test
    void aWrongTypeOrRangeIsRefusedAndNothingIsWritten() throws IOException {
        house.store("a", Map.of("level", 5));
        for (Object wrong : new Object[] {0, 101L, "ten", 1.5, true, new int[] {1, 2}}) {
            assertThatThrownBy(() -> house.store("a", Map.of("level", wrong)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("level");
        }
        assertThat(house.value("a", "level")).isEqualTo(5);
        assertThat(house.generations("a")).hasSize(1);
        assertThat(house.parts.why().apply("a")).startsWith("a was refused: level has 2 values");
        house.store("a", Map.of("level", 6));
        assertThat(house.parts.why().apply("a")).isNull();
    }

    @Test
    void whatDeclarativeServicesConvertsIsRight() throws IOException {
        for (Object right : new Object[] {1, 1L, "1", (short) 1, new String[] {"1"}}) {
            house.store("a", Map.of("level", right));
            assertThat(house.value("a", "level")).isEqualTo(right);
        }
    }

    @Test
    void anUnknownKeyIsStoredAndTheNearestNameIsSaidOnce() throws IOException {
        house.store("a", Map.of("levl", 1));
        house.store("a", Map.of("levl", 2));
        assertThat(house.log).containsExactly("a: key \"levl\" is unknown, did you mean \"level\"?");
    }

    @Test
    void theFrameworksKeysPass() throws IOException {
        house.store("a", Map.of("service.ranking", 1, "led.target", "(x=y)", "led.cardinality.minimum", 2));
        assertThat(house.log).isEmpty();
    }

    @Test
    void whatNobodyDescribesIsStoredUnchecked() throws IOException {
        house.store("lonely", Map.of("anything", "goes"));
        assertThat(house.value("lonely", "anything")).isEqualTo("goes");
        assertThat(house.parts.why().apply("lonely"))
                .isEqualTo("lonely: no bundle knows this PID: its bundle is missing, or the name is wrong");
    }

    @Test
    void loadingRefusesNothingAndTheAuditSaysWhatIsWrong() throws IOException {
        house.type("a.json", "{\"level\": 1000}");
        house.type("ab~x.json", "{\"level\": 1000}");
        house.start();
        assertThat(house.value("a", "level")).isEqualTo(1000L);
        house.parts.audit().run();
        house.parts.audit().run();
        assertThat(house.log)
                .containsExactly(
                        "a.json: level = 1000: greater than maximum (Integer; per cent); it serves as it is, "
                                + "config:set a key=value mends it",
                        "ab~x.json: no bundle knows this PID, did you mean a?");
    }

    @Test
    void whyFindsAnInstanceByItsNameAndAMissingConfiguration() throws IOException {
        assertThat(house.parts.why().apply("a")).startsWith("a has no configuration: config:set a");
        house.store("a~lamp", Map.of("level", 1, "odd", 1));
        assertThat(house.parts.why().apply("lamp")).startsWith("a~lamp: key \"odd\" is unknown");
        assertThat(house.parts.why().apply("nonsense")).isNull();
    }
}
