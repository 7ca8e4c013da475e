// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.ProcessFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The product's start, from the command to the first screen, beside a bare Felix (framework, scr, configadmin, gogo)
 * with the same JVM flags, in turns; both on a bundle cache of an earlier start. And the resident set once it is live.
 */
final class Start {

    private static final int ROUNDS = 9;
    private static final double MIB = 1024 * 1024;

    private final Image image;
    private final Path work;
    private final Samples samples = new Samples();

    Start(Image image, Path work) {
        this.image = image;
        this.work = work;
    }

    void run() throws IOException, InterruptedException {
        train();
        bare("-XX:ArchiveClassesAtExit=" + work.resolve("bare.jsa"));
        for (int round = 1; round <= ROUNDS; round++) {
            System.err.printf("start: round %d of %d%n", round, ROUNDS);
            samples.add("bare", bare());
            samples.add("bare, archive", bare("-XX:SharedArchiveFile=" + work.resolve("bare.jsa")));
            samples.add("product", product());
        }
        System.out.printf("%n%-40s %8s %8s%n", "start to all services live", "ms", "MiB");
        for (String name : List.of("bare", "bare, archive", "product")) {
            System.out.printf(
                    "%-40s %8.0f %8.1f  %s ms%n",
                    name, samples.median(name), samples.median(name + " MiB"), samples.spread(name));
        }
        System.out.printf(
                "ratio to bare Felix %.2f, to bare Felix with a class-data archive of its own %.2f%n",
                samples.median("product") / samples.median("bare"),
                samples.median("product") / samples.median("bare, archive"));
    }

    /** The first start makes the class-data archive, in a process of its own that takes some seconds. */
    private void train() throws IOException, InterruptedException {
        Path data = Files.createDirectories(work.resolve("start")).resolve("data");
        Files.createDirectories(data);
        try (Gateway gateway = new Gateway(image, data).start()) {
            Await.until("the class-data archive", () -> Files.exists(data.resolve("cache/callgate.jsa.jdk")));
            gateway.terminate();
        }
    }

    private double product() throws IOException, InterruptedException {
        Path data = work.resolve("start/data");
        long begin = System.nanoTime();
        try (Gateway gateway = new Gateway(image, data).start()) {
            double millis = (System.nanoTime() - begin) / 1e6;
            samples.add("product MiB", ProcessFigures.of(gateway.jvm().pid()).residentBytes() / MIB);
            gateway.terminate();
            return millis;
        }
    }

    private double bare(String... flags) throws IOException, InterruptedException {
        Path output = work.resolve("bare.output");
        String jars = Stream.of(
                        "org.osgi.util.function",
                        "org.osgi.util.promise",
                        "org.osgi.service.component",
                        "org.apache.felix.scr",
                        "org.apache.felix.configadmin",
                        "org.apache.felix.gogo.runtime",
                        "org.apache.felix.gogo.command")
                .map(artifact -> image.jar(artifact).toString())
                .collect(Collectors.joining(":"));
        List<String> command = Jvm.command(
                List.of(flags),
                List.of(),
                image.jar("org.apache.felix.framework") + ":" + System.getProperty("java.class.path"),
                BareFelix.class.getName(),
                work.resolve("bare-cache").toString(),
                jars);
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        Await.until("bare Felix is live", () -> Files.readString(output).contains("bare Felix is live"));
        double millis = (System.nanoTime() - begin) / 1e6;
        samples.add(
                flags.length == 0 ? "bare MiB" : "bare, archive MiB",
                ProcessFigures.of(process.pid()).residentBytes() / MIB);
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
        return millis;
    }
}
