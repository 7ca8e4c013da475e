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
import java.util.Map;

/** A request and a direct read of a loop device, beside a C twin that is compiled on the spot, in turns. */
final class Devices {

    private static final int ROUNDS = 7;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Map<String, Long> COUNTS = Map.of("ioctl", 300_000L, "read4k", 30_000L);
    private static final int IMAGE_BYTES = 32 << 20;

    private final Path work;
    private final Samples samples = new Samples();

    Devices(Path work) {
        this.work = work;
    }

    void run() throws IOException {
        Path twin = work.resolve("device");
        Path source = Image.root().resolve("itests/bench/src/main/c/device.c");
        run(List.of("gcc", "-O2", "-o", twin.toString(), source.toString()));
        Path image = Files.write(work.resolve("image"), new byte[IMAGE_BYTES]);
        String node = run(List.of("losetup", "-f", "--show", image.toString())).strip();
        try {
            for (int round = 1; round <= ROUNDS; round++) {
                System.err.printf("device: round %d of %d%n", round, ROUNDS);
                measure(twin, node, round);
            }
        } finally {
            run(List.of("losetup", "-d", node));
        }
        report();
    }

    private void measure(Path twin, String node, int round) throws IOException {
        for (Map.Entry<String, Long> each : COUNTS.entrySet()) {
            List<String> command =
                    List.of(twin.toString(), each.getKey(), each.getValue().toString(), node);
            samples.add("C " + each.getKey(), Double.parseDouble(run(command).strip()));
        }
        run(child(node, round))
                .lines()
                .filter(line -> line.startsWith("bench "))
                .forEach(line -> {
                    String[] words = line.split(" ");
                    samples.add(words[1], Double.parseDouble(words[2]));
                });
    }

    private List<String> child(String node, int round) {
        List<String> arguments =
                new ArrayList<>(List.of(work.resolve("device-" + round).toString(), node));
        COUNTS.forEach((name, count) -> arguments.addAll(List.of(name, count.toString())));
        return Jvm.command(
                List.of(),
                List.of("callgate.root=" + Image.root()),
                System.getProperty("java.class.path"),
                DevicesChild.class.getName(),
                arguments.toArray(String[]::new));
    }

    private void report() {
        System.out.printf("%n%-10s %12s %12s %8s  %s%n", "ns each", "C", "callgate", "ratio", "spread");
        for (String name : List.of("ioctl", "read4k")) {
            double c = samples.median("C " + name);
            double ours = samples.median(name);
            System.out.printf(
                    "%-10s %12.1f %12.1f %8.2f  C %s, callgate %s%n",
                    name, c, ours, ours / c, samples.spread("C " + name), samples.spread(name));
        }
        System.out.printf(
                "4 KiB direct reads: %.2f of C's rate%n", samples.median("C read4k") / samples.median("read4k"));
    }

    private static String run(List<String> command) throws IOException {
        Ran ran = Ran.of(LIMIT, command);
        if (ran.status() != 0) {
            throw new IOException(command.get(0) + " failed: " + ran.text());
        }
        return ran.text();
    }
}
