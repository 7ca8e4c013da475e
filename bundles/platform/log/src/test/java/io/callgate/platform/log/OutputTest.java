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
    void aPromptThatFailsIsGoneRoundAndTheLogGoesOn() throws Exception {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        Output output = new Output(screen, Line::undated);
        output.above(line -> {
            throw new NoClassDefFoundError("org/jline/Gone");
        });
        output.write(LINE);
        output.write(LINE);
        output.start();
        output.stop(Duration.ofSeconds(10));
        assertThat(screen.toString(StandardCharsets.UTF_8))
                .isEqualTo("... the prompt fails to show lines of the log, which come as they are: "
                        + "java.lang.NoClassDefFoundError: org/jline/Gone\nINFO  lamp: on\nINFO  lamp: on\n");
    }

    @Test
    void afterADiskThatWasFullItGoesOnAndTheLossIsSaid() throws Exception {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        Output output = new Output(
                new OutputStream() {
                    private int full = 2;

                    @Override
                    public void write(int b) throws IOException {
                        if (full > 0) {
                            full--;
                            throw new IOException("No space left on device");
                        }
                        screen.write(b);
                    }
                },
                Line::undated);
        for (int i = 0; i < 3; i++) {
            output.write(LINE);
        }
        output.start();
        output.stop(Duration.ofSeconds(10));
        assertThat(screen.toString(StandardCharsets.UTF_8))
                .isEqualTo("... 2 lines could not be written here\nINFO  lamp: on\n");
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
