// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {

    @ParameterizedTest
    @CsvSource({
        "a.b, , a.b.json",
        "a.b~lamp, a.b, a.b~lamp.json",
        "a.b~c~d, a.b, a.b~c~d.json",
        "a.b.4f-1, a.b, a.b~%2E4f-1.json",
        "a.b~.x, a.b, a.b~.x.json",
        "a b/c|d, , a%20b%2Fc%7Cd.json",
        ".hidden, , %2Ehidden.json",
        "a~b, , a%7Eb.json",
        "gr\u00fcn, , gr%C3%BCn.json"
    })
    void namesAFileAndFindsBothPidsInIt(String pid, String factoryPid, String file) throws IOException {
        FileName name = FileName.of(pid, factoryPid);
        assertThat(name.file()).isEqualTo(file);
        assertThat(FileName.parse(file)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".a.json",
                "a.json~",
                "a.json.tmp",
                "a b.json",
                "a%2.json",
                "a%zz.json",
                ".json",
                "a%61.json",
                "a%FF.json"
            })
    void readsNothingElse(String file) {
        assertThat(FileName.parse(file)).isEmpty();
    }

    @Test
    void saysHowAFileOughtToBeNamed() {
        assertThat(FileName.canonical("a b~c d.json")).isEqualTo("a%20b~c%20d.json");
    }

    @Test
    void refusesWhatNoFileCanBeNamed() {
        assertThatThrownBy(() -> FileName.of("x".repeat(300), null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("too long");
        assertThatThrownBy(() -> FileName.of("other", "factory")).isInstanceOf(IOException.class);
    }

    @Test
    void anyPidComesBack() throws IOException {
        Random random = new Random(42);
        for (int i = 0; i < 2000; i++) {
            String factory = word(random).replace("~", "");
            String pid =
                    random.nextBoolean() ? word(random) : factory + (random.nextBoolean() ? "~" : ".") + word(random);
            FileName name = FileName.of(
                    pid,
                    pid.startsWith(factory)
                                    && pid.length() > factory.length()
                                    && "~.".indexOf(pid.charAt(factory.length())) >= 0
                            ? factory
                            : null);
            assertThat(FileName.parse(name.file())).contains(name);
            assertThat(name.file()).doesNotContain("/").doesNotStartWith(".");
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        int length = 1 + random.nextInt(12);
        for (int i = 0; i < length; i++) {
            word.appendCodePoint("aZ9.-_~%/| \u00e4\u20ac".codePointAt(random.nextInt(13)));
        }
        return word.toString();
    }
}
