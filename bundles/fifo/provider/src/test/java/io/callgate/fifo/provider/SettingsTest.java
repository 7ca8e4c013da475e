// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.fifo.Access;
import io.callgate.resource.InvalidSettingException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong configuration is one sentence. */
class SettingsTest {

    private static Settings settings(Object... keysAndValues) throws InvalidSettingException {
        Map<String, Object> configuration = new HashMap<>(Map.of("path", "/run/orders"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            configuration.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return Settings.of(config(configuration));
    }

    /** What Declarative Services makes of a configuration. */
    static FifoComponent.Config config(Map<String, Object> configuration) {
        return (FifoComponent.Config) Proxy.newProxyInstance(
                SettingsTest.class.getClassLoader(),
                new Class<?>[] {FifoComponent.Config.class},
                (self, method, arguments) -> configuration.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    @Test
    void defaultsAreForALineReader() throws Exception {
        Settings settings = settings();
        assertThat(settings.path()).isEqualTo(Path.of("/run/orders"));
        assertThat(settings.access()).isEqualTo(Access.READ);
        assertThat(settings.framing().kind()).isEqualTo(Framing.Kind.LINE);
        assertThat(settings.mode()).isEqualTo(0600);
        assertThat(settings.create()).isTrue();
        assertThat(settings.alone()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "path, orders, 'path \"orders\" is none: the whole path'",
        "path, '', 'path \"\" is none'",
        "mode, rw-, 'mode \"rw-\" is none'",
        "access, wirte, 'access \"wirte\" is unknown (read, write, both)'",
        "framing, lines, 'framing \"lines\" is unknown (line, length, fixed, raw)'",
        "writers, few, 'writers \"few\" is unknown (many, one)'",
        "lengthOrder, middle, 'lengthOrder \"middle\" is unknown (native, big, little)'"
    })
    void aWrongWordIsNamedWithThoseThatAreKnown(String key, String value, String sentence) {
        assertThatThrownBy(() -> settings(key, value))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void aKeyWithoutAValueIsASentence() {
        assertThatThrownBy(() -> Settings.of(config(Map.of())))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("path is missing, and has no default: set \"path\"");
    }

    @Test
    void numbersAreHeldAgainstWhatThereCanBe() {
        assertThatThrownBy(() -> settings("recordBytes", 0)).hasMessageContaining("from 1 to 1048576");
        assertThatThrownBy(() -> settings("pipeBytes", -1)).hasMessageContaining("pipeBytes is -1");
        assertThatThrownBy(() -> settings("framing", "length", "lengthBytes", 3))
                .hasMessageContaining("1, 2 and 4");
        assertThatThrownBy(() -> settings("framing", "length", "lengthBytes", 1, "recordBytes", 256))
                .hasMessageContaining("lengthBytes is 1");
    }
}
