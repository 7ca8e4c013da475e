// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.service.log.LogLevel;

@Timeout(30)
class OutputTest {

    private static final Line LINE = Line.of(new Entry(1, LogLevel.INFO, "lamp", "on"));

    @Test
    void aStuckTerminalHoldsUpNobodyAndTheLossIsSaid() throws Exception {
        StuckTerminal terminal = new StuckTerminal();
        Output output = new Output(terminal, Line::undated);
        output.start();
        for (int i = 0; i < 3000; i++) {
            output.write(LINE);
        }
        terminal.continues.countDown();
        terminal.drained.await();
        output.write(LINE);
        output.stop(Duration.ofSeconds(10));
        String shown = terminal.shown.toString(StandardCharsets.UTF_8);
        assertThat(shown).containsPattern("\\.\\.\\. (1998|1999|2000) lines were not shown");
        assertThat(shown).endsWith("INFO  lamp: on\n");
    }

    @Test
    void aClosedPipeIsNoTrouble() throws Exception {
        Output output = new Output(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                Line::undated);
        output.start();
        output.write(LINE);
        output.write(LINE);
        output.stop(Duration.ofSeconds(10));
    }

    private static final class StuckTerminal extends OutputStream {
        final CountDownLatch continues = new CountDownLatch(1);
        final CountDownLatch drained = new CountDownLatch(1000);
        final ByteArrayOutputStream shown = new ByteArrayOutputStream();

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                continues.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            shown.write(bytes, offset, length);
            drained.countDown();
        }
    }
}
