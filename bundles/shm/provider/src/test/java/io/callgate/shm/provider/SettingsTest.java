// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.shm.RingKind;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a configuration may say, and the sentence for what it may not. */
class SettingsTest {

    private static <C> C config(Class<C> type, Map<String, Object> values) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue())));
    }

    private static RingSettings ring(Map<String, Object> values) throws InvalidSettingException {
        return RingSettings.of("samples", config(RingComponent.Config.class, values));
    }

    private static RegionSettings region(Map<String, Object> values) throws InvalidSettingException {
        return RegionSettings.of(config(RegionComponent.Config.class, values));
    }

    @Test
    void aRingNeedsNothingButItsName() throws Exception {
        RingSettings settings = ring(Map.of());
        assertThat(settings.file().path()).isEqualTo(Path.of("/dev/shm/samples"));
        assertThat(settings.kind()).isEqualTo(RingKind.MANY_TO_ONE);
        assertThat(settings.role()).isEqualTo(RingSettings.Role.BOTH);
        assertThat(settings.capacity()).isEqualTo(1 << 20);
        assertThat(settings.file().mode()).isEqualTo(0600);
    }

    @Test
    void whatARingCannotBeIsSaid() {
        assertThatThrownBy(() -> ring(Map.of("capacity", 100_000)))
                .hasMessage("\"capacity\" is 100000, not a power of two: 65536 is, and 131072");
        assertThatThrownBy(() -> ring(Map.of("capacity", 8))).hasMessageContaining("from 4096 to 1073741824");
        assertThatThrownBy(() -> ring(Map.of("path", "samples"))).hasMessageContaining("not an absolute path");
        assertThatThrownBy(() -> ring(Map.of("mode", "rw"))).hasMessageContaining("permission bits in octal");
        assertThatThrownBy(() -> ring(Map.of("role", "reader")))
                .hasMessage("\"role\" is \"reader\", not one of both, consumer, producer");
        assertThatThrownBy(() -> ring(Map.of("foreignTimeoutMillis", 500))).hasMessageContaining("\"pollMicros\" is 0");
    }

    @Test
    void aRegionSaysWhichMapOfADevice() throws Exception {
        assertThat(region(Map.of("path", "/dev/uio0", "map", 1)).source())
                .isEqualTo(new RegionSettings.File(Path.of("/dev/uio0"), 1))
                .hasToString("/dev/uio0 map 1");
        assertThat(region(Map.of("key", "0x2a")).source()).hasToString("segment 0x2a");
        assertThat(region(Map.of("path", "/srv/app", "project", "A")).source())
                .hasToString("segment of /srv/app and project A");
        assertThatThrownBy(() -> region(Map.of("path", "/srv/app", "key", "1"))).hasMessageContaining("one of the two");
        assertThatThrownBy(() -> region(Map.of("key", "1", "project", "A")))
                .hasMessageContaining("a \"key\" needs none");
        assertThatThrownBy(() -> region(Map.of("key", "1", "map", 0))).hasMessageContaining("has no maps");
        assertThatThrownBy(() -> region(Map.of("key", "x"))).hasMessageContaining("is no number");
        assertThatThrownBy(() -> region(Map.of("path", "app"))).hasMessageContaining("not an absolute path");
        assertThatThrownBy(() -> region(Map.of("path", "/dev/uio0"))).hasMessageContaining("say which of its maps");
        assertThatThrownBy(() -> region(Map.of("path", "/tmp/x", "map", 0))).hasMessageContaining("is no UIO device");
        assertThatThrownBy(() -> region(Map.of("path", "/tmp/x", "length", 1L << 40)))
                .hasMessageContaining("not a number from 0 to 2147483647");
        assertThatThrownBy(() -> region(Map.of())).hasMessageContaining("one of the two");
    }
}
