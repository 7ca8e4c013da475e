// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A dump of 10,000 routes in a network namespace of its own: a C twin, the gateway, and {@code ip -j route}, in turns. */
final class NetlinkRoutes {

    private static final int ROUNDS = 5;
    private static final int ROUTES = 10_000;
    private static final int DUMPS = 60;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path work;
    private final String namespace = "callgate-bench-" + ProcessHandle.current().pid();
    private final Samples samples = new Samples();

    NetlinkRoutes(Path work) {
        this.work = work;
    }

    void run() throws IOException {
        Path twin = work.resolve("netlink");
        ran(List.of(
                "gcc",
                "-O2",
                "-o",
                twin.toString(),
                Image.root().resolve("itests/bench/src/main/c/netlink.c").toString()));
        ran(List.of("ip", "netns", "add", namespace));
        try {
            fill();
            for (int round = 1; round <= ROUNDS; round++) {
                System.err.printf("netlink: round %d of %d%n", round, ROUNDS);
                samples.add("C", last(inside(twin.toString(), Integer.toString(DUMPS))));
                callgate(round);
                iproute2();
            }
        } finally {
            ran(List.of("ip", "netns", "del", namespace));
        }
        report();
    }

    private void fill() throws IOException {
        List<String> commands = new ArrayList<>(List.of("link set lo up"));
        for (int i = 0; i < ROUTES; i++) {
            commands.add("route add 172." + (16 + i / 2500) + "." + i / 10 % 250 + "." + i % 10 * 16 + "/28 dev lo");
        }
        Path file = work.resolve("routes");
        Files.write(file, commands);
        ran(List.of("ip", "-n", namespace, "-batch", file.toString()));
    }

    private List<String> inside(String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        return all;
    }

    private double last(List<String> command) throws IOException {
        String[] lines = ran(command).strip().split("\n");
        return Double.parseDouble(lines[lines.length - 1]);
    }

    private void callgate(int round) throws IOException {
        ran(Jvm.command(
                        List.of(),
                        List.of("callgate.root=" + Image.root()),
                        System.getProperty("java.class.path"),
                        NetlinkChild.class.getName(),
                        work.resolve("netlink-" + round).toString(),
                        namespace,
                        Integer.toString(DUMPS)))
                .lines()
                .filter(line -> line.startsWith("bench "))
                .map(line -> line.split(" "))
                .forEach(words -> samples.add(words[1], Double.parseDouble(words[2])));
    }

    /** With its process: that is what a program that calls it pays. */
    private void iproute2() throws IOException {
        long begin = System.nanoTime();
        ran(List.of("ip", "-n", namespace, "-j", "route", "show", "table", "main"));
        samples.add("ip", System.nanoTime() - begin);
    }

    private void report() {
        double c = samples.median("C");
        System.out.printf("%n%-28s %10s %8s  %s%n", "dump of " + ROUTES + " routes", "us", "of C", "spread, ns");
        for (String name : List.of("C", "records", "views", "ip")) {
            System.out.printf(
                    "%-28s %10.0f %8.2f  %s%n",
                    name, samples.median(name) / 1000, samples.median(name) / c, samples.spread(name));
        }
        System.out.printf(
                "ip -j route takes %.1f times as long as ours%n", samples.median("ip") / samples.median("records"));
    }

    private static String ran(List<String> command) throws IOException {
        Ran ran = Ran.of(LIMIT, command);
        if (ran.status() != 0) {
            throw new IOException(command.get(0) + " failed: " + ran.text());
        }
        return ran.text();
    }
}
