// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ByteTerminalTest {

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final AtomicBoolean busy = new AtomicBoolean();
    private ByteTerminal terminal;

    @BeforeEach
    void open() throws Exception {
        terminal = new ByteTerminal("test", "xterm", new Size(80, 24), screen, busy::get);
        Attributes attributes = terminal.getAttributes();
        attributes.setLocalFlag(Attributes.LocalFlag.ECHO, false);
        terminal.setAttributes(attributes);
        terminal.start();
    }

    @AfterEach
    void close() throws Exception {
        terminal.close();
    }

    private static byte[] keys(int count) {
        return "x".repeat(count).getBytes(US_ASCII);
    }

    @Test
    void whoTypesWhileALineIsEditedWaitsForRoomAndLosesNothing() throws Exception {
        int count = 5 * ByteTerminal.ROOM;
        Thread typing = new Thread(() -> terminal.typed(keys(count)));
        typing.start();
        while (typing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        byte[] chunk = new byte[4096];
        for (int read = 0; read < count; ) {
            read += terminal.input().read(chunk, 0, Math.min(chunk.length, count - read));
        }
        typing.join();
        assertThat(screen.toString(US_ASCII)).isEmpty();
    }

    @Test
    void whatHasNoRoomWhileACommandRunsRingsTheBellAndCtrlCStillComesThrough() throws Exception {
        busy.set(true);
        CountDownLatch interrupted = new CountDownLatch(1);
        terminal.handle(Terminal.Signal.INT, signal -> interrupted.countDown());
        terminal.typed(keys(5 * ByteTerminal.ROOM));
        String bells = screen.toString(US_ASCII);
        assertThat(bells).matches("\u0007{1,3}"); // again, when the typist has made room for one more piece meanwhile
        terminal.typed(new byte[] {3});
        interrupted.await();
        terminal.typed(keys(ByteTerminal.ROOM / 2));
        assertThat(screen.toString(US_ASCII)).isEqualTo(bells);
    }
}
