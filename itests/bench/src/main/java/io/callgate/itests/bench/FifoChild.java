// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import com.sun.management.ThreadMXBean;
import io.callgate.fifo.Fifo;
import io.callgate.fifo.RecordListener;
import io.callgate.itests.lab.Product;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.ServiceRegistration;

/** The gateway's side of {@link FifoRates}: the product's bundles, and an application that reads, listens and writes. */
public final class FifoChild {

    private static final int LENGTH = 64;
    private static final int WARM_UPS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Path folder;
    private final Path twin;
    private final Product product;
    private final ByteBuffer record = ByteBuffer.allocate(LENGTH);

    private FifoChild(Path folder, Path twin, Product product) {
        this.folder = folder;
        this.twin = twin;
        this.product = product;
    }

    /** Arguments: an empty folder, the twin, how many records. Prints {@code bench NAME FIGURE}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        long count = Long.parseLong(arguments[2]);
        Map<String, String> configurations = Map.of(
                Fifo.PID + "~in", configuration(folder.resolve("in"), "read"),
                Fifo.PID + "~out", configuration(folder.resolve("out"), "write"),
                Fifo.PID + "~both", configuration(folder.resolve("both"), "both"));
        try (Product product = Product.start(folder, configurations)) {
            FifoChild child = new FifoChild(folder, Path.of(arguments[1]), product);
            for (int i = 0; i < WARM_UPS; i++) {
                child.run(count / 5, false);
            }
            child.run(count, true);
        }
        System.exit(0);
    }

    private static String configuration(Path path, String access) {
        return "{\"path\": \"" + path + "\", \"access\": \"" + access + "\", \"framing\": \"fixed\", \"recordBytes\": "
                + LENGTH + "}";
    }

    private Fifo fifo(String name) {
        return product.service(Fifo.class, "(callgate.name=" + name + ")");
    }

    private void run(long count, boolean print) throws Exception {
        read(count, print);
        listen(count, print);
        write(count, print);
        allocate(count, print);
    }

    private static void figure(String name, double value, boolean print) {
        if (print) {
            System.out.printf("bench %s %.1f%n", name, value);
        }
    }

    private void read(long count, boolean print) throws IOException {
        Fifo fifo = fifo("in");
        try (Mqueue.Peer send = FifoRates.peer(twin, "send", folder.resolve("in"), count)) {
            take(fifo);
            long begin = System.nanoTime();
            for (long i = 0; i < count; i++) {
                take(fifo);
            }
            figure("read", (double) (System.nanoTime() - begin) / count, print);
            send.await();
        }
    }

    private void take(Fifo fifo) throws IOException {
        if (!fifo.read(record, LIMIT)) {
            throw new IOException("the peer does not send");
        }
    }

    private void listen(long count, boolean print) throws Exception {
        Counting counting = new Counting(count);
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(RecordListener.FIFO, "in");
        ServiceRegistration<?> registration =
                product.framework().context().registerService(RecordListener.class, counting, properties);
        try (Mqueue.Peer send = FifoRates.peer(twin, "send", folder.resolve("in"), count)) {
            counting.done.await();
            send.await();
            figure("listener", (double) (counting.end - counting.begin) / count, print);
        } finally {
            registration.unregister();
        }
    }

    /** Measured by the C program that drains it, as the twin's. */
    private void write(long count, boolean print) throws IOException {
        Fifo fifo = fifo("out");
        try (Mqueue.Peer drain = FifoRates.peer(twin, "drain", folder.resolve("out"), count);
                BufferedReader lines = drain.process().inputReader()) {
            record.clear();
            for (long i = 0; i <= count; i++) {
                if (!fifo.write(record, LIMIT)) {
                    throw new IOException("the peer does not receive");
                }
            }
            String line = lines.readLine();
            drain.await();
            figure("write", Double.parseDouble(line), print);
        }
    }

    private void allocate(long count, boolean print) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Fifo fifo = fifo("both");
        record.clear();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (long i = 0; i < count; i++) {
            fifo.write(record, LIMIT);
            fifo.read(record, LIMIT);
        }
        figure("bytes", threads.getCurrentThreadAllocatedBytes() - before, print);
    }

    /** Counts from the first record to the last. */
    private static final class Counting implements RecordListener {

        private final CountDownLatch done = new CountDownLatch(1);
        private final long count;
        private long seen;
        private long begin;
        private volatile long end;

        Counting(long count) {
            this.count = count;
        }

        @Override
        public void record(Fifo fifo, ByteBuffer record) {
            if (seen++ == 0) {
                begin = System.nanoTime();
            } else if (seen == count + 1) {
                end = System.nanoTime();
                done.countDown();
            }
        }
    }
}
