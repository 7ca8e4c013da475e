// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {

    private static final List<String> NAMES = List.of(
            "cpu-temp", "io.callgate.sysfs.attribute~cpu-temp", "io.callgate.platform.doctor", "lamp", "lamps", "damp");

    @Test
    void theNearestComesFirst() {
        assertThat(Nearest.to("lanp", NAMES)).containsExactly("lamp");
        assertThat(Nearest.to("lamp", NAMES)).containsExactly("lamp", "damp", "lamps");
    }

    @Test
    void caseAndAMissingBeginningDoNotMatter() {
        assertThat(Nearest.to("CPU-TMP", NAMES)).containsExactly("cpu-temp", "io.callgate.sysfs.attribute~cpu-temp");
        assertThat(Nearest.to("docter", NAMES)).containsExactly("io.callgate.platform.doctor");
    }

    @Test
    void nothingNearIsNothing() {
        assertThat(Nearest.to("watchdog", NAMES)).isEmpty();
    }
}
