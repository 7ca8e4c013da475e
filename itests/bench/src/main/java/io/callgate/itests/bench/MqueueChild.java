// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import com.sun.management.ThreadMXBean;
import io.callgate.itests.lab.Product;
import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.MessageListener;
import io.callgate.mqueue.MessageQueue;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.ServiceRegistration;

/** The gateway's side of {@link Mqueue}: the product's bundles, and an application that sends, receives and listens. */
public final class MqueueChild {

    private static final int LENGTH = 64;
    private static final int WARM_UPS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final MqueueKind kind;
    private final Path twin;
    private final Product product;
    private final MessageQueue a;
    private final MessageQueue b;
    private final MessageBuffer buffer;

    private MqueueChild(MqueueKind kind, Path twin, Product product) {
        this.kind = kind;
        this.twin = twin;
        this.product = product;
        this.a = product.service(MessageQueue.class, "(callgate.name=a)");
        this.b = product.service(MessageQueue.class, "(callgate.name=b)");
        this.buffer = a.allocate().put(new byte[LENGTH]);
    }

    /** Arguments: an empty folder, which kind, the twin, how many messages. Prints {@code bench NAME FIGURE}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        MqueueKind kind = MqueueKind.valueOf(arguments[1]);
        long count = Long.parseLong(arguments[3]);
        String pid = "io.callgate.mqueue." + kind.word() + "~";
        Map<String, String> configurations =
                Map.of(pid + "a", kind.configurationOfA(), pid + "b", kind.configurationOfB());
        try (Product product = Product.start(folder, configurations)) {
            MqueueChild child = new MqueueChild(kind, Path.of(arguments[2]), product);
            for (int i = 0; i < WARM_UPS; i++) {
                child.run(count / 5, false);
            }
            child.run(count, true);
        }
        System.exit(0);
    }

    private void run(long count, boolean print) throws Exception {
        roundTrip(count, print);
        receive(count, print);
        send(count, print);
        listen(count, print);
    }

    private void figure(String name, double value, boolean print) {
        if (print) {
            System.out.printf("bench %s-%s %.1f%n", kind.word(), name, value);
        }
    }

    private void roundTrip(long count, boolean print) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MessageBuffer answer = b.allocate();
        try (Mqueue.Peer echo = kind.started(twin, "echo", count)) {
            put();
            take(b, answer);
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long begin = System.nanoTime();
            for (long i = 0; i < count; i++) {
                put();
                take(b, answer);
            }
            long nanos = System.nanoTime() - begin;
            allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
            echo.await();
            figure("round-trip", (double) nanos / count, print);
            figure("bytes", allocated, print);
        }
    }

    private void receive(long count, boolean print) throws IOException {
        try (Mqueue.Peer send = kind.started(twin, "send", count)) {
            take(a, buffer);
            long begin = System.nanoTime();
            for (long i = 0; i < count; i++) {
                take(a, buffer);
            }
            figure("receive", (double) (System.nanoTime() - begin) / count, print);
            send.await();
        }
    }

    /** Measured by the C program that drains it, as the twin's. */
    private void send(long count, boolean print) throws IOException {
        try (Mqueue.Peer drain = kind.started(twin, "drain", count);
                BufferedReader lines = drain.process().inputReader()) {
            for (long i = 0; i <= count; i++) {
                put();
            }
            String figure = lines.readLine();
            drain.await();
            figure("send", Double.parseDouble(figure), print);
        }
    }

    private void listen(long count, boolean print) throws Exception {
        Counting counting = new Counting(count);
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(MessageListener.QUEUE, "a");
        ServiceRegistration<?> registration =
                product.framework().context().registerService(MessageListener.class, counting, properties);
        try (Mqueue.Peer send = kind.started(twin, "send", count)) {
            counting.done.await();
            send.await();
            figure("listener", (double) (counting.end - counting.begin) / count, print);
        } finally {
            registration.unregister();
        }
    }

    private void put() throws IOException {
        if (!a.send(buffer, LIMIT)) {
            throw new IOException("the peer does not receive");
        }
    }

    private static void take(MessageQueue from, MessageBuffer into) throws IOException {
        if (!from.receive(into, LIMIT)) {
            throw new IOException("the peer does not send");
        }
    }

    /** Counts from the first message to the last. */
    private static final class Counting implements MessageListener {

        private final CountDownLatch done = new CountDownLatch(1);
        private final long count;
        private long seen;
        private long begin;
        private volatile long end;

        Counting(long count) {
            this.count = count;
        }

        @Override
        public void message(MessageQueue queue, MessageBuffer message) {
            if (seen++ == 0) {
                begin = System.nanoTime();
            } else if (seen == count + 1) {
                end = System.nanoTime();
                done.countDown();
            }
        }
    }
}
