// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {

    @Test
    void leavesAPlainPathAsItIs() {
        assertThat(ShellWord.of(Path.of("/var/lib/call-gate_1"))).isEqualTo("/var/lib/call-gate_1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/path with blanks", "/it's", "/$HOME", "/a;b", "/a*"})
    void isReadByAShellAsThePath(String path) throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.of(Path.of(path))).start();

        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(path);
    }
}
