// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Ring services beside a C twin and beside Agrona, in turns, each in a new process; messages of 64 bytes, one-to-one. The
 * other end is the same C program for all: it echoes, sends, or drains. Nobody sleeps, so it wants two processors of its
 * own. Java runs with the flags of the product, which compile quickly (C1), and with those that compile best (C2).
 */
final class Shm {

    private static final int ROUNDS = 5;
    private static final long COUNT = 2_000_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final List<String> WORKS = List.of("round-trip", "receive", "send");
    private static final List<String> SIDES = List.of("callgate", "agrona", "callgate-c2", "agrona-c2");
    private static final List<String> C2 = List.of("-XX:TieredStopAtLevel=4");
    private static final List<String> AGRONAS_FLAGS = List.of(
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");

    private final Path work;
    private final Samples samples = new Samples();

    Shm(Path work) {
        this.work = work;
    }

    void run() throws IOException {
        Path twin = work.resolve("shm");
        ran(List.of(
                "gcc",
                "-O2",
                "-I" + Image.root().resolve("bundles/shm/provider/src/main/resources/include"),
                "-o",
                twin.toString(),
                Image.root().resolve("itests/bench/src/main/c/shm.c").toString()));
        for (int round = 1; round <= ROUNDS; round++) {
            System.err.printf("shm: round %d of %d%n", round, ROUNDS);
            try (ShmRings rings = new ShmRings(twin)) {
                twin(rings);
            }
            for (String side : SIDES) {
                try (ShmRings rings = new ShmRings(twin)) {
                    java(side, rings, round);
                }
            }
        }
        report();
    }

    private void twin(ShmRings rings) throws IOException {
        try (Mqueue.Peer echo = rings.started("echo", COUNT)) {
            samples.add("C round-trip", Double.parseDouble(rings.ran("ping", COUNT)));
            echo.await();
        }
        try (Mqueue.Peer drain = rings.started("drain", COUNT);
                var lines = drain.process().inputReader()) {
            rings.ran("send", COUNT);
            double figure = Double.parseDouble(lines.readLine());
            drain.await();
            samples.add("C receive", figure);
            samples.add("C send", figure);
        }
    }

    private void java(String side, ShmRings rings, int round) throws IOException {
        List<String> flags = new java.util.ArrayList<>(AGRONAS_FLAGS);
        if (side.endsWith("-c2")) {
            flags.addAll(C2);
        }
        Path folder = Files.createDirectories(work.resolve(side + "-" + round));
        ran(Jvm.command(
                        flags,
                        List.of("callgate.root=" + Image.root()),
                        System.getProperty("java.class.path"),
                        ShmChild.class.getName(),
                        side.replace("-c2", ""),
                        folder.toString(),
                        rings.twin().toString(),
                        rings.a().toString(),
                        rings.b().toString(),
                        Long.toString(COUNT)))
                .lines()
                .filter(line -> line.startsWith("bench "))
                .map(line -> line.split(" "))
                .forEach(words -> samples.add(side + " " + words[1], Double.parseDouble(words[2])));
    }

    private void report() {
        System.out.printf("%n%-12s %-12s %9s %8s %9s  %s%n", "ns", "", "median", "to C", "M/s", "spread");
        for (String name : WORKS) {
            double c = samples.median("C " + name);
            row(name, "C", c, c);
            SIDES.forEach(side -> row(name, side, samples.median(side + " " + name), c));
        }
        System.out.printf("%.0f bytes allocated in %d round trips%n", samples.median("callgate bytes"), COUNT);
    }

    private void row(String name, String side, double ours, double c) {
        System.out.printf(
                "%-12s %-12s %9.1f %8.2f %9.2f  %s%n",
                name, side, ours, ours / c, 1000 / ours, samples.spread(side + " " + name));
    }

    private static String ran(List<String> command) throws IOException {
        Ran ran = Ran.of(LIMIT, command);
        if (ran.status() != 0) {
            throw new IOException(command.get(0) + " failed: " + ran.text());
        }
        return ran.text();
    }
}
