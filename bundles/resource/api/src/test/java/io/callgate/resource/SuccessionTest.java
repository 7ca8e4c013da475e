// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SuccessionTest {

    private final Succession<String> succession = new Succession<>();

    private static Map<String, Object> service(long id, int ranking) {
        return Map.of("service.id", id, "service.ranking", ranking);
    }

    private String first() {
        return succession.first().map(Succession.Member::listener).orElse("nobody");
    }

    @Test
    void theHighestRankingIsFirstAmongEqualsTheOldest() {
        assertThat(first()).isEqualTo("nobody");
        succession.add("young", Map.of("service.id", 9L));
        succession.add("old", Map.of("service.id", 3L));
        assertThat(first()).isEqualTo("old");
        succession.add("high", service(12, 5));
        succession.add("low", service(1, -5));
        assertThat(first()).isEqualTo("high");
    }

    @Test
    void theNextOneSucceedsWhoLeaves() {
        succession.add("first", service(1, 1));
        succession.add("second", service(2, 0));
        succession.remove(service(1, 1));
        assertThat(first()).isEqualTo("second");
        succession.remove(service(2, 0));
        assertThat(first()).isEqualTo("nobody");
    }

    @Test
    void anObjectThatIsRegisteredTwiceIsTwo() {
        succession.add("same", service(1, 0));
        succession.add("same", service(2, 0));
        succession.remove(service(1, 0));
        assertThat(succession.first().orElseThrow().id()).isEqualTo(2);
    }

    @Test
    void aListenerWithoutAnIdIsAProgrammingError() {
        assertThatThrownBy(() -> succession.add("x", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("service.id");
    }
}
