// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GogoSessionTest {

    /** A key typed now would be that reader's and not the prompt's. */
    @Test
    void whoIsInTheMiddleOfReadingIsWaitedFor() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CompletableFuture<Integer> key = new CompletableFuture<>();
        InputStream keys = new InputStream() {
            @Override
            public int read() {
                reading.countDown();
                return key.join();
            }
        };
        OutputStream screen = OutputStream.nullOutputStream();
        GogoSession session = new GogoSession(new CommandProcessorImpl(), keys, screen, screen);
        assertThat(session.awaitReaders(Duration.ZERO)).isTrue();
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> read(session));
        reading.await();
        assertThat(session.awaitReaders(Duration.ofMillis(20))).isFalse();
        key.complete(-1);
        assertThat(session.awaitReaders(Duration.ofSeconds(10))).isTrue();
        reader.join();
        session.close();
    }

    private static void read(GogoSession session) {
        try {
            ((ReadableByteChannel) session.channels()[0]).read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
