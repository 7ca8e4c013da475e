// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {

    @Test
    void theNearestNameComesFirstAndAnotherWordNotAtAll() {
        assertThat(Nearest.to("intervall", List.of("interval", "unit", "path"))).containsExactly("interval");
        assertThat(Nearest.to("lo-mut", List.of("io.callgate.sysfs.attribute~lo-mtu", "lo-mtu")))
                .startsWith("lo-mtu");
        assertThat(Nearest.to("levle", List.of("level", "tail"))).containsExactly("level");
        assertThat(Nearest.to("zebra", List.of("interval", "unit"))).isEmpty();
    }
}
