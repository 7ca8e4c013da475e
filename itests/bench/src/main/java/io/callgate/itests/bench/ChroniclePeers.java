// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Image;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A one-to-one ring beside Chronicle Queue, in turns: two JVMs with the product's flags, one writes messages of 64 bytes
 * as fast as it can, the other reads them. Both are in /dev/shm. Chronicle keeps all that was ever written, which is
 * more than a ring does; who wants the newest of what another program says compares these two.
 */
final class ChroniclePeers {

    private static final int ROUNDS = 5;
    private static final long COUNT = 2_000_000;
    private static final List<String> SIDES = List.of("callgate", "chronicle");

    /** What Chronicle's own documentation asks for on Java 17; and it is to call nobody. */
    private static final List<String> CHRONICLES_FLAGS = List.of(
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
            "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
            "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED");

    private final Path work;
    private final Samples samples = new Samples();

    ChroniclePeers(Path work) {
        this.work = work;
    }

    void run() throws IOException {
        Path place = Files.createTempDirectory(Path.of("/dev/shm"), "callgate-bench-");
        try {
            for (int round = 1; round <= ROUNDS; round++) {
                System.err.printf("chronicle: round %d of %d%n", round, ROUNDS);
                for (String side : SIDES) {
                    samples.add(side, nanosPerMessage(side, place.resolve(side + round), round));
                    delete(place.resolve(side + round));
                }
            }
        } finally {
            delete(place);
        }
        double ours = samples.median("callgate");
        System.out.printf("%n%-12s %9s %9s  %s%n", "one way", "ns", "M/s", "spread");
        for (String side : SIDES) {
            double nanos = samples.median(side);
            System.out.printf("%-12s %9.1f %9.2f  %s%n", side, nanos, 1000 / nanos, samples.spread(side));
        }
        System.out.printf("%.1f times Chronicle Queue's rate%n", samples.median("chronicle") / ours);
    }

    /** As the reader has seen them come. */
    private double nanosPerMessage(String side, Path place, int round) throws IOException {
        try (Mqueue.Peer writer = started(side, "write", place, round);
                BufferedReader written = writer.process().inputReader()) {
            awaitLine(written, "ready");
            try (Mqueue.Peer reader = started(side, "read", place, round);
                    BufferedReader read = reader.process().inputReader()) {
                awaitLine(read, "ready");
                writer.process().getOutputStream().close(); // go
                String figure = awaitLine(read, "bench ");
                writer.await();
                reader.await();
                return Double.parseDouble(figure.split(" ")[1]);
            }
        }
    }

    private static String awaitLine(BufferedReader lines, String start) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(start)) {
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("a side ended without its word");
        }
        return line;
    }

    private Mqueue.Peer started(String side, String role, Path place, int round) throws IOException {
        Path folder = Files.createDirectories(work.resolve(side + "-" + role + "-" + round));
        List<String> flags = side.equals("chronicle") ? CHRONICLES_FLAGS : new ArrayList<>();
        return new Mqueue.Peer(new ProcessBuilder(Jvm.command(
                        flags,
                        List.of("callgate.root=" + Image.root(), "chronicle.analytics.disable=true"),
                        System.getProperty("java.class.path"),
                        ChronicleChild.class.getName(),
                        side,
                        role,
                        folder.toString(),
                        place.toString(),
                        Long.toString(COUNT)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private static void delete(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (var inside = Files.list(path)) {
                for (Path each : inside.toList()) {
                    delete(each);
                }
            }
        }
        Files.deleteIfExists(path);
    }
}
