// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartListTest {

    private static final Path FILE = Path.of("start.list");

    @Test
    void readsLevelsAndPathsInOrder() throws LaunchException {
        StartList list = StartList.parse(FILE, List.of("# generated", "", "3 system/a b.jar", "0 system/c.jar"));

        assertThat(list.entries())
                .containsExactly(new StartList.Entry(3, "system/a b.jar"), new StartList.Entry(0, "system/c.jar"));
        assertThat(list.entries()).extracting(StartList.Entry::isStarted).containsExactly(true, false);
        assertThat(list.entries().get(1).location()).isEqualTo("callgate:system/c.jar");
        assertThat(list.highestLevel()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bundles/a.jar", "x bundles/a.jar", "-1 a.jar", "12345 a.jar", "3", "3 /etc/a.jar", "3 ../a.jar"
            })
    void refusesWhatIsNoEntryAndSaysWhere(String line) {
        assertThatThrownBy(() -> StartList.parse(FILE, List.of("1 ok.jar", line)))
                .isInstanceOf(LaunchException.class)
                .hasMessage("start.list:2: not START-LEVEL PATH: " + line + "; unpack the image again");
    }

    @Test
    void refusesABundleTwice() {
        assertThatThrownBy(() -> StartList.parse(FILE, List.of("1 a.jar", "2 a.jar")))
                .hasMessage("start.list:2: a second time: 2 a.jar; unpack the image again");
    }

    @Test
    void refusesAnEmptyList() {
        assertThatThrownBy(() -> StartList.parse(FILE, List.of("# nothing")))
                .hasMessage("start.list names no bundle; unpack the image again");
    }
}
