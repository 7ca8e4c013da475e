// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Queue services beside a C twin, in turns, each in a new process. The other end is the same C program for both: it echoes,
 * sends, or drains.
 */
final class Mqueue {

    private static final int ROUNDS = 5;
    private static final long COUNT = 100_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path work;
    private final Samples samples = new Samples();

    Mqueue(Path work) {
        this.work = work;
    }

    void run() throws IOException {
        Path twin = work.resolve("mqueue");
        ran(List.of(
                "gcc",
                "-O2",
                "-o",
                twin.toString(),
                Image.root().resolve("itests/bench/src/main/c/mqueue.c").toString(),
                "-lrt",
                "-lpthread"));
        for (int round = 1; round <= ROUNDS; round++) {
            for (MqueueKind kind : MqueueKind.values()) {
                System.err.printf("mqueue: round %d of %d, %s%n", round, ROUNDS, kind.word());
                kind.ran(twin, "make", 0);
                try {
                    twin(twin, kind);
                    callgate(twin, kind, round);
                } finally {
                    kind.ran(twin, "remove", 0);
                }
            }
        }
        report();
    }

    private void twin(Path twin, MqueueKind kind) throws IOException {
        try (Peer echo = kind.started(twin, "echo", COUNT)) {
            samples.add("C " + kind.word() + "-round-trip", kind.figure(twin, "ping", COUNT));
            echo.await();
        }
        try (Peer send = kind.started(twin, "send", COUNT)) {
            samples.add("C " + kind.word() + "-one-way", kind.figure(twin, "drain", COUNT));
            send.await();
        }
    }

    private void callgate(Path twin, MqueueKind kind, int round) throws IOException {
        ran(Jvm.command(
                        List.of(),
                        List.of("callgate.root=" + Image.root()),
                        System.getProperty("java.class.path"),
                        MqueueChild.class.getName(),
                        work.resolve(kind.word() + "-" + round).toString(),
                        kind.name(),
                        twin.toString(),
                        Long.toString(COUNT)))
                .lines()
                .filter(line -> line.startsWith("bench "))
                .map(line -> line.split(" "))
                .forEach(words -> samples.add(words[1], Double.parseDouble(words[2])));
    }

    private void report() {
        System.out.printf("%n%-20s %10s %10s %8s  %s%n", "ns", "C", "callgate", "ratio", "spread");
        for (MqueueKind kind : MqueueKind.values()) {
            row(kind.word() + "-round-trip", kind.word() + "-round-trip");
            row(kind.word() + "-receive", kind.word() + "-one-way");
            row(kind.word() + "-send", kind.word() + "-one-way");
            row(kind.word() + "-listener", kind.word() + "-one-way");
            System.out.printf(
                    "%s: one-way rate %.2f of C's received, %.2f sent; %.0f bytes allocated in %d round trips%n",
                    kind.word(),
                    samples.median("C " + kind.word() + "-one-way") / samples.median(kind.word() + "-receive"),
                    samples.median("C " + kind.word() + "-one-way") / samples.median(kind.word() + "-send"),
                    samples.median(kind.word() + "-bytes"),
                    COUNT);
        }
    }

    private void row(String name, String twin) {
        double c = samples.median("C " + twin);
        double ours = samples.median(name);
        System.out.printf(
                "%-20s %10.1f %10.1f %8.2f  C %s, callgate %s%n",
                name, c, ours, ours / c, samples.spread("C " + twin), samples.spread(name));
    }

    private static String ran(List<String> command) throws IOException {
        Ran ran = Ran.of(LIMIT, command);
        if (ran.status() != 0) {
            throw new IOException(command.get(0) + " failed: " + ran.text());
        }
        return ran.text();
    }

    /** A C program that runs beside what is measured. */
    record Peer(Process process) implements AutoCloseable {

        /** Waits for its end. */
        void await() throws IOException {
            try {
                if (process.waitFor() != 0) {
                    throw new IOException("the peer failed with " + process.exitValue());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
