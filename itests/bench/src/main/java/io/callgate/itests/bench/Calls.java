// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Door calls and attribute reads beside a C twin that is compiled on the spot, in turns, each in a new process. */
final class Calls {

    private static final int ROUNDS = 7;
    private static final long COUNT = 300_000;
    private static final Path FILE = Path.of("/sys/class/net/lo/mtu");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> WORKS = List.of("getppid", "fcntl", "pread", "attribute");

    private final Image image;
    private final Path work;
    private final Samples samples = new Samples();

    Calls(Image image, Path work) {
        this.image = image;
        this.work = work;
    }

    void run() throws IOException {
        Path twin = compile();
        for (int round = 1; round <= ROUNDS; round++) {
            System.err.printf("calls: round %d of %d%n", round, ROUNDS);
            for (String name : WORKS) {
                samples.add(
                        "C " + name, Double.parseDouble(run(twinOf(twin, name)).strip()));
            }
            run(callgate(round))
                    .lines()
                    .filter(line -> line.startsWith("bench "))
                    .forEach(line -> {
                        String[] words = line.split(" ");
                        samples.add(words[1], Double.parseDouble(words[2]));
                    });
        }
        report();
    }

    private void report() {
        System.out.printf(
                "%n%-12s %10s %10s %8s %8s  %s%n", "ns per call", "C", "callgate", "over C", "ratio", "spread");
        for (String name : WORKS) {
            double c = samples.median("C " + name);
            double ours = samples.median(name);
            System.out.printf(
                    "%-12s %10.1f %10.1f %8.1f %8.2f  C %s, callgate %s%n",
                    name, c, ours, ours - c, ours / c, samples.spread("C " + name), samples.spread(name));
        }
        double readString = samples.median("readString");
        System.out.printf(
                "Files.readString %.1f ns: the attribute service is %.1f times faster%n",
                readString, readString / samples.median("attribute"));
    }

    private List<String> callgate(int round) {
        return Jvm.command(
                List.of(),
                List.of("callgate.root=" + Image.root()),
                System.getProperty("java.class.path"),
                CallsChild.class.getName(),
                work.resolve("calls-" + round).toString(),
                FILE.toString(),
                Long.toString(COUNT));
    }

    private static List<String> twinOf(Path twin, String name) {
        return List.of(twin.toString(), name, Long.toString(COUNT), FILE.toString());
    }

    private Path compile() throws IOException {
        Path twin = work.resolve("twin");
        run(List.of(
                "gcc",
                "-O2",
                "-o",
                twin.toString(),
                Image.root().resolve("itests/bench/src/main/c/twin.c").toString()));
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
