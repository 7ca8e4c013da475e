// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.BundleMaker;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How late the watchdog's feeding thread was at worst, in its own words, while an application in the gateway collects its
 * whole heap without a pause and every processor is busy with other programs. {@value #SECONDS} is for a short run.
 */
final class WatchdogLateness {

    private static final String SECONDS = "callgate.bench.lateness.seconds";
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong(SECONDS, 600));
    private static final Pattern LATE = Pattern.compile("late by (\\d+) ms at worst");

    /** Two fifths of the shipped heap live in small objects, so that each collection has something to trace. */
    private static final String COLLECTOR = """
            package bench.collector;

            public final class Activator implements org.osgi.framework.BundleActivator {
                private volatile boolean stopped;

                public void start(org.osgi.framework.BundleContext context) {
                    Thread thread = new Thread(this::run, "collector");
                    thread.setDaemon(true);
                    thread.start();
                }

                public void stop(org.osgi.framework.BundleContext context) {
                    stopped = true;
                }

                private void run() {
                    try (var count = new java.io.RandomAccessFile("%s", "rw")) {
                        Object[] live = new Object[400_000];
                        for (long done = 1; !stopped; done++) {
                            for (int i = 0; i < live.length; i++) {
                                live[i] = new byte[40];
                            }
                            System.gc();
                            count.seek(0);
                            count.writeLong(done);
                        }
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            }
            """;

    private final Image image;
    private final Path work;

    WatchdogLateness(Image image, Path work) {
        this.image = image;
        this.work = work;
    }

    void run() throws IOException, InterruptedException {
        Path count = work.resolve("collections");
        Path jar = new BundleMaker("bench.collector")
                .source("bench.collector.Activator", COLLECTOR.formatted(count))
                .header("Bundle-Activator", "bench.collector.Activator")
                .against(image.jar("org.apache.felix.framework"))
                .write(work.resolve("collector.jar"));
        Path data = Files.createDirectories(work.resolve("lateness")).resolve("data");
        Files.createDirectories(data);
        List<Process> busy = new ArrayList<>();
        try (Gateway gateway = new Gateway(image, data).start()) {
            long idle = worst(gateway);
            Files.copy(jar, gateway.deploy().resolve("collector.jar"));
            Await.until("it collects", () -> collections(count) > 0);
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                busy.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
            }
            System.err.printf("watchdog: %d s with full collections and busy processors%n", LENGTH.toSeconds());
            long end = System.nanoTime() + LENGTH.toNanos();
            Await.until("the end", LENGTH.multipliedBy(2), () -> System.nanoTime() > end);
            System.out.printf(
                    "%nthe feeding thread's worst lateness in %d s: %d ms, with %d full collections and %d busy processors"
                            + " (%d ms when it had just started)%n",
                    LENGTH.toSeconds(), worst(gateway), collections(count), busy.size(), idle);
            gateway.terminate();
        } finally {
            busy.forEach(Process::destroyForcibly);
        }
    }

    private static long collections(Path count) throws IOException {
        byte[] written = Files.exists(count) ? Files.readAllBytes(count) : new byte[0];
        return written.length < Long.BYTES ? 0 : ByteBuffer.wrap(written).getLong();
    }

    private static long worst(Gateway gateway) throws IOException {
        String status = gateway.shell("watchdog:status");
        Matcher matcher = LATE.matcher(status);
        if (!matcher.find()) {
            throw new AssertionError("no lateness in: " + status);
        }
        return Long.parseLong(matcher.group(1));
    }
}
