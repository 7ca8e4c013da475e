// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.service.log.LogLevel;

class SettingsTest {

    @Test
    void nothingSaidIsTheDefault() {
        assertThat(Settings.of(key -> null)).isEqualTo(Settings.DEFAULTS);
    }

    @Test
    void everyKeyCounts() {
        assertThat(Settings.of(Map.of("fileMebibytes", "2", "fileCount", "9", "outputLevel", "warn")::get))
                .isEqualTo(new Settings(2 << 20, 9, LogLevel.WARN));
    }

    @Test
    void aWrongValueIsRefusedWithWhatIsAllowed() {
        assertThatThrownBy(() -> Settings.of(Map.of("fileCount", "0")::get))
                .hasMessage("fileCount is 0 and must be 1 to 100");
        assertThatThrownBy(() -> Settings.of(Map.of("fileMebibytes", "4M")::get))
                .hasMessage("fileMebibytes is \"4M\" and must be a number");
        assertThatThrownBy(() -> Settings.of(Map.of("outputLevel", "loud")::get))
                .hasMessage("\"loud\" is no level: use ERROR, WARN, INFO, DEBUG or TRACE");
    }
}
