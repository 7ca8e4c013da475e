// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** FIFO services beside a C twin, in turns, each in a new process; the other end is the same C program for both. */
final class FifoRates {

    private static final int ROUNDS = 5;
    private static final long COUNT = 200_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path work;
    private final Samples samples = new Samples();

    FifoRates(Path work) {
        this.work = work;
    }

    void run() throws IOException {
        Path twin = work.resolve("fifo");
        Path source = Image.root().resolve("itests/bench/src/main/c/fifo.c");
        ran(List.of("gcc", "-O2", "-o", twin.toString(), source.toString(), "-lpthread"));
        Path pipe = work.resolve("pipe");
        ran(List.of("mkfifo", pipe.toString()));
        for (int round = 1; round <= ROUNDS; round++) {
            System.err.printf("fifo: round %d of %d%n", round, ROUNDS);
            try (Mqueue.Peer send = peer(twin, "send", pipe, COUNT)) {
                String figure = ran(List.of(twin.toString(), "drain", pipe.toString(), Long.toString(COUNT)));
                samples.add("C", Double.parseDouble(figure.strip()));
                send.await();
            }
            callgate(twin, round);
        }
        report();
    }

    /** A C program that runs beside what is measured. */
    static Mqueue.Peer peer(Path twin, String what, Path pipe, long count) throws IOException {
        return new Mqueue.Peer(new ProcessBuilder(twin.toString(), what, pipe.toString(), Long.toString(count))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private void callgate(Path twin, int round) throws IOException {
        ran(Jvm.command(
                        List.of(),
                        List.of("callgate.root=" + Image.root()),
                        System.getProperty("java.class.path"),
                        FifoChild.class.getName(),
                        work.resolve("fifo-" + round).toString(),
                        twin.toString(),
                        Long.toString(COUNT)))
                .lines()
                .filter(line -> line.startsWith("bench "))
                .map(line -> line.split(" "))
                .forEach(words -> samples.add(words[1], Double.parseDouble(words[2])));
    }

    private void report() {
        System.out.printf(
                "%n%-14s %10s %10s %16s  %s%n", "ns per record", "C", "callgate", "rate / C's rate", "spread");
        for (String name : List.of("read", "listener", "write")) {
            double c = samples.median("C");
            double ours = samples.median(name);
            System.out.printf(
                    "%-14s %10.1f %10.1f %16.2f  C %s, callgate %s%n",
                    name, c, ours, c / ours, samples.spread("C"), samples.spread(name));
        }
        System.out.printf("%.0f bytes allocated in %d reads and writes%n", samples.median("bytes"), COUNT);
    }

    private static String ran(List<String> command) throws IOException {
        Ran ran = Ran.of(LIMIT, command);
        if (ran.status() != 0) {
            throw new IOException(command.get(0) + " failed: " + ran.text());
        }
        return ran.text();
    }
}
