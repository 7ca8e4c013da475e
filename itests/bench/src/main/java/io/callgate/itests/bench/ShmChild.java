// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import com.sun.management.ThreadMXBean;
import io.callgate.itests.lab.Product;
import io.callgate.shm.Ring;
import io.callgate.shm.RingConsumer;
import io.callgate.shm.RingHandler;
import io.callgate.shm.RingProducer;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** The Java side of {@link Shm}: our services in the product's bundles, or Agrona's classes on the same files. */
public final class ShmChild {

    private static final int LENGTH = 64;
    private static final int BATCH = 64;
    private static final int WARM_UPS = 3;
    private static final long PAGE = 4096;

    private ShmChild() {}

    /** One end of both rings. */
    private interface Ends {

        boolean put() throws IOException;

        int take(int limit) throws IOException;

        /** Reads ring A, which the C program writes when it sends, instead of B. */
        Ends other() throws IOException;
    }

    /** Arguments: callgate or agrona, a folder, the twin, the rings A and B, how many. Prints {@code bench NAME FIGURE}. */
    public static void main(String[] arguments) throws Exception {
        ShmRings rings = new ShmRings(Path.of(arguments[2]), Path.of(arguments[3]), Path.of(arguments[4]));
        long count = Long.parseLong(arguments[5]);
        if (arguments[0].equals("agrona")) {
            measure(agrona(rings.a(), rings.b()), rings, count);
        } else {
            String existing = "{\"path\": \"%s\", \"kind\": \"one-to-one\", \"open\": \"existing\"}";
            try (Product product = Product.start(
                    Path.of(arguments[1]),
                    Map.of(
                            Ring.PID + "~a", existing.formatted(rings.a()),
                            Ring.PID + "~b", existing.formatted(rings.b())))) {
                Ring a = product.service(Ring.class, "(callgate.name=a)");
                Ring b = product.service(Ring.class, "(callgate.name=b)");
                measure(callgate(a, b), rings, count);
            }
        }
        System.exit(0);
    }

    private static void measure(Ends ends, ShmRings rings, long count) throws IOException {
        for (int i = 0; i < WARM_UPS; i++) {
            roundTrip(ends, rings, count / 5, false);
        }
        roundTrip(ends, rings, count, true);
        for (int i = 0; i < WARM_UPS; i++) {
            send(ends, rings, count / 5, false);
        }
        send(ends, rings, count, true);
        Ends reading = ends.other();
        for (int i = 0; i < WARM_UPS; i++) {
            receive(reading, rings, count / 5, false);
        }
        receive(reading, rings, count, true);
    }

    private static void figure(String name, double value, boolean print) {
        if (print) {
            System.out.printf("bench %s %.1f%n", name, value);
        }
    }

    private static void put(Ends ends) throws IOException {
        while (!ends.put()) {
            Thread.onSpinWait();
        }
    }

    private static void take(Ends ends) throws IOException {
        while (ends.take(1) == 0) {
            Thread.onSpinWait();
        }
    }

    private static void roundTrip(Ends ends, ShmRings rings, long count, boolean print) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Mqueue.Peer echo = rings.started("echo", count)) {
            put(ends);
            take(ends);
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long begin = System.nanoTime();
            for (long i = 0; i < count; i++) {
                put(ends);
                take(ends);
            }
            long nanos = System.nanoTime() - begin;
            figure("bytes", threads.getCurrentThreadAllocatedBytes() - allocated, print);
            figure("round-trip", (double) nanos / count, print);
            echo.await();
        }
    }

    /** Measured by the C program that drains it, as the twin's. */
    private static void send(Ends ends, ShmRings rings, long count, boolean print) throws IOException {
        try (Mqueue.Peer drain = rings.started("drain", count);
                BufferedReader lines = drain.process().inputReader()) {
            for (long i = 0; i <= count; i++) {
                put(ends);
            }
            String figure = lines.readLine();
            drain.await();
            figure("send", Double.parseDouble(figure), print);
        }
    }

    private static void receive(Ends ends, ShmRings rings, long count, boolean print) throws IOException {
        try (Mqueue.Peer send = rings.started("send", count)) {
            take(ends);
            long begin = System.nanoTime();
            for (long seen = 0; seen < count; ) {
                seen += ends.take(BATCH);
            }
            figure("receive", (double) (System.nanoTime() - begin) / count, print);
            send.await();
        }
    }

    private static Ends callgate(Ring a, Ring b) throws IOException {
        return new Ours(a, a.producer(), b.consumer());
    }

    /** Our services. */
    private static final class Ours implements Ends {

        private final Ring a;
        private final RingProducer producer;
        private final RingConsumer consumer;
        private final ByteBuffer message = ByteBuffer.allocateDirect(LENGTH);
        private final ByteBuffer copy = ByteBuffer.allocateDirect(LENGTH);
        private final RingHandler handler;

        Ours(Ring a, RingProducer producer, RingConsumer consumer) {
            this.a = a;
            this.producer = producer;
            this.consumer = consumer;
            this.handler = each -> copy.put(0, each.bytes(), each.bytes().position(), each.length());
        }

        @Override
        public boolean put() throws IOException {
            return producer.offer(1, message);
        }

        @Override
        public int take(int limit) throws IOException {
            return consumer.poll(handler, limit);
        }

        @Override
        public Ends other() throws IOException {
            producer.close();
            return new Ours(a, producer, a.consumer());
        }
    }

    private static Ends agrona(Path a, Path b) throws IOException {
        return new Agronas(ring(a), ring(b));
    }

    private static OneToOneRingBuffer ring(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new OneToOneRingBuffer(new UnsafeBuffer(channel.map(
                    FileChannel.MapMode.READ_WRITE, PAGE, ShmRings.CAPACITY + RingBufferDescriptor.TRAILER_LENGTH)));
        }
    }

    /** Agrona's classes. */
    private static final class Agronas implements Ends {

        private final OneToOneRingBuffer a;
        private final OneToOneRingBuffer from;
        private final UnsafeBuffer message = new UnsafeBuffer(ByteBuffer.allocateDirect(LENGTH));
        private final UnsafeBuffer copy = new UnsafeBuffer(ByteBuffer.allocateDirect(LENGTH));
        private final MessageHandler handler;

        Agronas(OneToOneRingBuffer a, OneToOneRingBuffer from) {
            this.a = a;
            this.from = from;
            this.handler = (type, buffer, index, length) -> copy.putBytes(0, buffer, index, length);
        }

        @Override
        public boolean put() {
            return a.write(1, message, 0, LENGTH);
        }

        @Override
        public int take(int limit) {
            return from.read(handler, limit);
        }

        @Override
        public Ends other() {
            return new Agronas(a, a);
        }
    }
}
