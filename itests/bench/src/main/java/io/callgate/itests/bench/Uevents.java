// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Image;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A flood of the kernel's announcements heard by a C program, and by a listener of the gateway, in turns, with receive buffers
 * of one size. Who floods is the same C program for both; where it is the slower one, both are as fast as it is.
 */
final class Uevents {

    private static final int ROUNDS = 5;
    private static final int COUNT = 100_000;

    private final Path work;
    private final Samples samples = new Samples();

    Uevents(Path work) {
        this.work = work;
    }

    void run() throws IOException {
        Path twin = work.resolve("uevents");
        Path source = Image.root().resolve("itests/bench/src/main/c/uevents.c");
        SignalsLatency.ran(List.of("gcc", "-O2", "-o", twin.toString(), source.toString()));
        for (int round = 1; round <= ROUNDS; round++) {
            System.err.printf("uevents: round %d of %d%n", round, ROUNDS);
            twin(twin);
            SignalsLatency.ran(Jvm.command(
                            List.of(),
                            List.of("callgate.root=" + Image.root()),
                            System.getProperty("java.class.path"),
                            UeventsChild.class.getName(),
                            work.resolve("uevents-" + round).toString(),
                            twin.toString(),
                            Integer.toString(COUNT)))
                    .lines()
                    .filter(line -> line.startsWith("bench "))
                    .forEach(line -> add("callgate", line.substring("bench ".length())));
        }
        double c = samples.median("C");
        System.out.printf("%n%-12s %10s %8s %8s  %s%n", COUNT + " uevents", "ns each", "of C", "lost", "spread");
        for (String name : List.of("C", "callgate")) {
            System.out.printf(
                    "%-12s %10.0f %8.2f %8.0f  %s%n",
                    name,
                    samples.median(name),
                    samples.median(name) / c,
                    samples.median(name + " lost"),
                    samples.spread(name));
        }
    }

    private void twin(Path twin) throws IOException {
        Process receiving = new ProcessBuilder(twin.toString(), "receive", Integer.toString(COUNT))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Mqueue.Peer peer = new Mqueue.Peer(receiving);
                BufferedReader lines = receiving.inputReader()) {
            lines.readLine(); // it listens
            flood(twin, COUNT);
            add("C", lines.readLine());
            peer.await();
        }
    }

    static void flood(Path twin, int count) throws IOException {
        SignalsLatency.ran(List.of(twin.toString(), "flood", Integer.toString(count)));
    }

    private void add(String name, String figures) {
        String[] words = figures.split(" ");
        samples.add(name, Double.parseDouble(words[0]));
        samples.add(name + " lost", Double.parseDouble(words[1]));
    }
}
