// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Signal listeners beside a C program with a signalfd, in turns, each in a new process; who signals is the same C program for
 * both. A round trip is two signals, of which one is heard by what is measured.
 */
final class SignalsLatency {

    private static final int ROUNDS = 5;
    private static final int COUNT = 50_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path work;
    private final Samples samples = new Samples();

    SignalsLatency(Path work) {
        this.work = work;
    }

    void run() throws IOException {
        Path twin = work.resolve("signals");
        Path source = Image.root().resolve("itests/bench/src/main/c/signals.c");
        ran(List.of("gcc", "-O2", "-o", twin.toString(), source.toString()));
        for (int round = 1; round <= ROUNDS; round++) {
            System.err.printf("signals: round %d of %d%n", round, ROUNDS);
            samples.add("C round-trip", twin(twin, "echo", "ping"));
            samples.add("C one-way", twin(twin, "drain", "flood"));
            callgate(twin, round);
        }
        System.out.printf("%n%-12s %10s %10s %8s  %s%n", "ns", "C", "callgate", "ratio", "spread");
        for (String name : List.of("round-trip", "one-way")) {
            double c = samples.median("C " + name);
            double ours = samples.median(name);
            System.out.printf(
                    "%-12s %10.1f %10.1f %8.2f  C %s, callgate %s%n",
                    name, c, ours, ours / c, samples.spread("C " + name), samples.spread(name));
        }
        System.out.printf("%d signals of each round were heard once each and in order%n", COUNT);
    }

    private static double twin(Path twin, String hears, String sends) throws IOException {
        Process hearing = new ProcessBuilder(twin.toString(), hears, Integer.toString(COUNT))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Mqueue.Peer peer = new Mqueue.Peer(hearing);
                BufferedReader lines = hearing.inputReader()) {
            String figure = ran(List.of(twin.toString(), sends, lines.readLine(), Integer.toString(COUNT)));
            String own = lines.readLine();
            peer.await();
            return Double.parseDouble((own == null ? figure : own).strip());
        }
    }

    private void callgate(Path twin, int round) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "--block-signal=35,36"));
        command.addAll(Jvm.command(
                List.of(),
                List.of("callgate.root=" + Image.root()),
                System.getProperty("java.class.path"),
                SignalsChild.class.getName(),
                work.resolve("signals-" + round).toString(),
                twin.toString(),
                Integer.toString(COUNT)));
        ran(command)
                .lines()
                .filter(line -> line.startsWith("bench "))
                .map(line -> line.split(" "))
                .forEach(words -> samples.add(words[1], Double.parseDouble(words[2])));
    }

    static String ran(List<String> command) throws IOException {
        Ran ran = Ran.of(LIMIT, command);
        if (ran.status() != 0) {
            throw new IOException(command.get(0) + " failed: " + ran.text());
        }
        return ran.text();
    }
}
