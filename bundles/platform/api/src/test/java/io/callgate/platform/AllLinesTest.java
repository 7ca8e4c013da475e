// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AllLinesTest {

    private final AllLines lines = new AllLines();

    private CompletableFuture<Void> adding(String line) {
        CompletableFuture<Void> added = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                lines.add(line);
                added.complete(null);
            } catch (InterruptedException e) {
                added.completeExceptionally(e);
            }
        });
        thread.start();
        return added;
    }

    @Test
    void whoeverIsTooFastWaitsAndNothingIsLost() throws Exception {
        for (int i = 0; i < AllLines.MOST; i++) {
            lines.add("line " + i);
        }
        CompletableFuture<Void> added = adding("one more");
        assertThat(added).isNotDone();
        for (int i = 0; i < AllLines.MOST; i++) {
            assertThat(lines.next()).isEqualTo("line " + i);
        }
        added.get(20, TimeUnit.SECONDS);
        assertThat(lines.next()).isEqualTo("one more");
    }

    @Test
    void afterTheEndNobodyWaitsAndTheRestIsThere() throws Exception {
        for (int i = 0; i < AllLines.MOST; i++) {
            lines.add("line");
        }
        CompletableFuture<Void> added = adding("one more");
        lines.end("the last");
        added.get(20, TimeUnit.SECONDS);
        assertThat(lines.next()).isEqualTo("line");
        assertThat(lines.rest()).hasSize(AllLines.MOST + 1).contains("one more", "the last");
        assertThat(lines.next()).isNull();
    }
}
