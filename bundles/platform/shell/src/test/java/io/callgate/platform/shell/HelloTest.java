// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.platform.shell.Frames.Frame;
import java.io.IOException;
import org.jline.terminal.Size;
import org.junit.jupiter.api.Test;

class HelloTest {

    private static Hello hello(String... fields) throws IOException {
        return Hello.parse(new Frame(Frames.HELLO, String.join("\0", fields).getBytes(UTF_8)));
    }

    @Test
    void argumentsAreWhateverTheyAre() throws IOException {
        Hello hello = hello("1", "command", "dumb", "0x0", "config:set", "", "a\nb", "");
        assertThat(hello.mode()).isEqualTo(Hello.Mode.COMMAND);
        assertThat(hello.args()).containsExactly("config:set", "", "a\nb", "");
    }

    @Test
    void aTerminalHasItsSize() throws IOException {
        assertThat(hello("1", "terminal", "xterm", "132x43").size()).isEqualTo(new Size(132, 43));
    }

    @Test
    void aSizeThatIsNoneIsTheClassicOne() {
        for (String text : new String[] {"0x0", "", "x", "-1x5", "axb"}) {
            assertThat(Hello.size(text)).as(text).isEqualTo(new Size(80, 24));
        }
    }

    @Test
    void whoDoesNotSayHelloIsNoClient() {
        assertThatThrownBy(() -> Hello.parse(null)).hasMessageContaining("no Callgate client");
        assertThatThrownBy(() -> Hello.parse(Frame.empty(Frames.INPUT))).hasMessageContaining("no Callgate client");
        assertThatThrownBy(() -> hello("1", "dance", "xterm", "1x1")).hasMessageContaining("dance");
        assertThatThrownBy(() -> hello("")).hasMessageContaining("same release");
    }
}
