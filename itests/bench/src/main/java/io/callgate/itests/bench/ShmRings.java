// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Two rings that the C program makes, and the C program at their other ends.
 *
 * @param a to the C program
 * @param b from it
 */
record ShmRings(Path twin, Path a, Path b) implements AutoCloseable {

    static final int CAPACITY = 1 << 20;

    /** New ones. */
    ShmRings(Path twin) throws IOException {
        this(twin, Path.of("/dev/shm/callgate-bench-a"), Path.of("/dev/shm/callgate-bench-b"));
        close();
        ran("make", 0);
    }

    Mqueue.Peer started(String work, long count) throws IOException {
        return new Mqueue.Peer(new ProcessBuilder(command(work, count))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    String ran(String work, long count) throws IOException {
        Ran ran = Ran.of(Duration.ofMinutes(2), command(work, count));
        if (ran.status() != 0) {
            throw new IOException(work + " failed: " + ran.text());
        }
        return ran.text().strip();
    }

    private List<String> command(String work, long count) {
        return List.of(twin.toString(), work, a.toString(), b.toString(), Long.toString(count));
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(a);
        Files.deleteIfExists(b);
    }
}
