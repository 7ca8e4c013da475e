// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Ran;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The two queues of a kind, and the C program at their other ends. */
enum MqueueKind {
    POSIX("posix", "/callgate-bench-a", "/callgate-bench-b", "{\"queue\": \"%s\", \"open\": \"existing\"}"),
    SYSV("sysv", "0x5ca11b0a", "0x5ca11b0b", "{\"key\": \"%s\", \"open\": \"existing\", \"maxMessageBytes\": 64}");

    private final String word;
    private final String a;
    private final String b;
    private final String configuration;

    MqueueKind(String word, String a, String b, String configuration) {
        this.word = word;
        this.a = a;
        this.b = b;
        this.configuration = configuration;
    }

    String word() {
        return word;
    }

    /** What names queue A in the gateway. */
    String configurationOfA() {
        return configuration.formatted(a);
    }

    /** What names queue B in the gateway. */
    String configurationOfB() {
        return configuration.formatted(b);
    }

    private List<String> command(Path twin, String work, long count) {
        return List.of(twin.toString(), word, work, a, b, Long.toString(count));
    }

    Mqueue.Peer started(Path twin, String work, long count) throws IOException {
        return new Mqueue.Peer(new ProcessBuilder(command(twin, work, count))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    String ran(Path twin, String work, long count) throws IOException {
        Ran ran = Ran.of(Duration.ofMinutes(2), command(twin, work, count));
        if (ran.status() != 0) {
            throw new IOException(work + " failed: " + ran.text());
        }
        return ran.text();
    }

    /** The figure that it prints. */
    double figure(Path twin, String work, long count) throws IOException {
        return Double.parseDouble(ran(twin, work, count).strip());
    }
}
