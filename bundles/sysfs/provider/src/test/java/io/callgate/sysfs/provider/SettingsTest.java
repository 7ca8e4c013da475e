// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.resource.InvalidSettingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.service.component.ComponentException;

class SettingsTest {

    private static final Path ROOT = Path.of("/sys");

    private static Settings settings(Map<String, Object> configuration) throws InvalidSettingException {
        return Settings.of(ROOT, Gateway.config(configuration));
    }

    @Test
    void aPathIsEnough() throws Exception {
        Settings settings = settings(Map.of("path", "class/net/lo/mtu"));
        assertThat(settings.type()).isEqualTo(Type.INTEGER);
        assertThat(settings.interval()).isEqualTo(Duration.ZERO);
        assertThat(settings.unit()).isEmpty();
        assertThat(settings.writable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "type, float, 'type \"float\" is unknown (known: integer, decimal, boolean, string, bytes)'",
        "path, '', 'its configuration has no \"path\"'",
        "path, /etc/passwd, 'path /etc/passwd is refused: it is not below /sys'",
        "path, /sys/../etc/passwd, 'path /sys/../etc/passwd is refused: \"..\" is not allowed'",
        "path, class/../../etc/passwd, 'path class/../../etc/passwd is refused: \"..\" is not allowed'",
        "path, /system/x, 'path /system/x is refused: it is not below /sys'",
        "path, /sys, 'path /sys is refused: it names no file below /sys'"
    })
    void aWrongWordIsOneSentence(String key, String value, String sentence) {
        Map<String, Object> configuration = new HashMap<>(Map.of("path", "x"));
        configuration.put(key, value);
        assertThatThrownBy(() -> settings(configuration))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "interval, -1, interval must not be negative: -1 ms",
        "scale, 0, scale must be a number other than 0",
        "scale, NaN, scale must be a number other than 0",
        "deadband, -0.5, deadband must not be negative: -0.5",
        "deadband, NaN, deadband must not be negative: NaN"
    })
    void aWrongNumberIsOneSentence(String key, double value, String sentence) {
        assertThatThrownBy(() -> settings(Map.of("path", "x", key, value)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void noPathAtAllAndAValueOfTheWrongType() {
        assertThatThrownBy(() -> settings(Map.of())).hasMessage("its configuration has no \"path\"");
        AttributeComponent.Config wrong =
                Framework.proxy(AttributeComponent.Config.class, (self, method, arguments) -> {
                    throw new ComponentException("fast is no number");
                });
        assertThatThrownBy(() -> Settings.of(ROOT, wrong))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("path has a value of the wrong type (fast is no number)");
    }

    @Test
    void whatToFollowIsInThePath() throws Exception {
        assertThat(followed("class/hwmon/hwmon*/temp1_input")).isEqualTo("hwmon");
        assertThat(followed("/sys/bus/i2c/devices/1-0039/lux")).isEqualTo("i2c");
        assertThat(followed("block/loop0/size")).isEqualTo("block");
        assertThat(followed("devices/system/cpu/online")).isEmpty();
        assertThat(followed("bus/i2c/drivers/x/y")).isEmpty();
        assertThat(followed("class/*/hwmon0/temp1_input")).isEmpty();
        PathPattern.Devices devices =
                PathPattern.of(ROOT, "class/hwmon/hwmon[0-3]/x").devices().orElseThrow();
        assertThat(devices.name().matches(Path.of("hwmon2"))).isTrue();
        assertThat(devices.name().matches(Path.of("hwmon4"))).isFalse();
    }

    private static String followed(String path) throws InvalidSettingException {
        return PathPattern.of(ROOT, path)
                .devices()
                .map(PathPattern.Devices::subsystem)
                .orElse("");
    }

    @Test
    void aBrokenPatternIsRefused() {
        assertThatThrownBy(() -> PathPattern.of(ROOT, "class/hwmon/hwmon[0/x"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("hwmon[0 is no pattern");
    }
}
