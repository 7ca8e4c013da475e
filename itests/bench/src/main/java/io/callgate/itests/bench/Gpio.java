// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import io.callgate.itests.lab.Lab;
import io.callgate.itests.lab.SimChip;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Line services on a simulated chip beside a C twin with the same ioctls, in turns, each in a new process; in the lab. */
final class Gpio {

    private static final int ROUNDS = 5;
    private static final long CALLS = 100_000;
    private static final long EDGES = 2_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path work;
    private final Samples samples = new Samples();

    Gpio(Path work) {
        this.work = work;
    }

    void run() throws IOException {
        if (!Lab.inLab()) {
            throw new IOException("there is no simulated chip on this machine: itests/bench/run gpio goes to the lab");
        }
        Path twin = compile();
        try (SimChip chip = SimChip.make("bench", 4, Map.of())) {
            for (int round = 1; round <= ROUNDS; round++) {
                System.err.printf("gpio: round %d of %d%n", round, ROUNDS);
                sample("C get", run(twinOf(twin, "get", chip, GpioChild.INPUT, CALLS)));
                sample("C set", run(twinOf(twin, "set", chip, GpioChild.OUTPUT, CALLS)));
                sample("C edges", run(twinOf(twin, "edges", chip, GpioChild.EDGES, EDGES)));
                run(callgate(round))
                        .lines()
                        .filter(line -> line.startsWith("bench "))
                        .forEach(line -> sample(line.split(" ")[1], line.split(" ", 3)[2]));
            }
        }
        report();
    }

    /** One figure, or those of edges: median, 99th percentile, worst. */
    private void sample(String name, String figures) {
        String[] each = figures.strip().split(" ");
        samples.add(name, Double.parseDouble(each[0]));
        for (int i = 1; i < each.length; i++) {
            samples.add(name + (i == 1 ? " p99" : " worst"), Double.parseDouble(each[i]));
        }
    }

    private void report() {
        System.out.printf("%n%-12s %12s %12s %8s  %s%n", "ns", "C", "callgate", "ratio", "spread");
        for (String name : List.of("get", "set", "edges", "edges p99", "edges worst")) {
            row(name, "C " + name);
        }
        row("lane", "C edges"); // of a listener that is not prompt
        System.out.printf(
                "allocated: get %.0f, set %.0f bytes in %d calls%n",
                samples.median("get-bytes"), samples.median("set-bytes"), CALLS);
    }

    private void row(String name, String twin) {
        double c = samples.median(twin);
        double ours = samples.median(name);
        System.out.printf(
                "%-12s %12.1f %12.1f %8.2f  C %s, callgate %s%n",
                name, c, ours, ours / c, samples.spread(twin), samples.spread(name));
    }

    private List<String> callgate(int round) {
        return Jvm.command(
                List.of(),
                List.of("callgate.root=" + Image.root()),
                System.getProperty("java.class.path"),
                GpioChild.class.getName(),
                work.resolve("gpio-" + round).toString(),
                Long.toString(CALLS),
                Long.toString(EDGES));
    }

    private static List<String> twinOf(Path twin, String work, SimChip chip, int offset, long count) {
        return List.of(
                twin.toString(),
                work,
                chip.node().toString(),
                Integer.toString(offset),
                Long.toString(count),
                chip.pullFile(offset).toString());
    }

    private Path compile() throws IOException {
        Path twin = work.resolve("gpio");
        Path source = Image.root().resolve("itests/bench/src/main/c/gpio.c");
        run(List.of("gcc", "-O2", "-o", twin.toString(), source.toString(), "-lpthread"));
        return twin;
    }

    private static String run(List<String> command) throws IOException {
        Ran ran = Ran.of(LIMIT, command);
        if (ran.status() != 0) {
            throw new IOException(command.get(0) + " failed: " + ran.text());
        }
        return ran.text();
    }
}
