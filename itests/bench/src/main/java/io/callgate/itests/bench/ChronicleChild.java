// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.lab.Product;
import io.callgate.shm.Ring;
import io.callgate.shm.RingConsumer;
import io.callgate.shm.RingHandler;
import io.callgate.shm.RingProducer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;

/** One end of {@link ChroniclePeers}: writes, or reads and prints {@code bench NANOSECONDS}. */
public final class ChronicleChild {

    private static final int LENGTH = 64;
    private static final int BATCH = 64;

    private ChronicleChild() {}

    private interface Writer {
        boolean put() throws IOException;
    }

    private interface Reader {
        int take() throws IOException;
    }

    /** Arguments: callgate or chronicle, read or write, a folder, the ring or queue, how many are measured. */
    public static void main(String[] arguments) throws Exception {
        boolean reads = arguments[1].equals("read");
        Path place = Path.of(arguments[3]);
        long count = Long.parseLong(arguments[4]);
        if (arguments[0].equals("chronicle")) {
            chronicle(reads, place, count);
        } else {
            callgate(reads, Path.of(arguments[2]), place, count);
        }
        System.exit(0);
    }

    private static void callgate(boolean reads, Path folder, Path place, long count) throws Exception {
        String json = "{\"path\": \"%s\", \"kind\": \"one-to-one\", \"capacity\": %d}";
        try (Product product =
                Product.start(folder, Map.of(Ring.PID + "~bench", json.formatted(place, ShmRings.CAPACITY)))) {
            Ring ring = product.service(Ring.class, "(callgate.name=bench)");
            if (reads) {
                ByteBuffer copy = ByteBuffer.allocateDirect(LENGTH);
                RingHandler handler =
                        each -> copy.put(0, each.bytes(), each.bytes().position(), each.length());
                RingConsumer consumer = ring.consumer();
                read(() -> consumer.poll(handler, BATCH), count);
            } else {
                ByteBuffer message = ByteBuffer.allocateDirect(LENGTH);
                RingProducer producer = ring.producer();
                write(() -> producer.offer(1, message), count);
            }
        }
    }

    private static void chronicle(boolean reads, Path place, long count) throws IOException {
        try (ChronicleQueue queue = ChronicleQueue.single(place.toString())) {
            if (reads) {
                read(taking(queue.createTailer()), count);
            } else {
                write(putting(queue.createAppender()), count);
            }
        }
    }

    private static Writer putting(ExcerptAppender appender) {
        Bytes<ByteBuffer> message = Bytes.elasticByteBuffer(LENGTH);
        message.writeLimit(LENGTH).writeSkip(LENGTH);
        return () -> {
            try (DocumentContext document = appender.writingDocument()) {
                document.wire().bytes().write(message, 0L, (long) LENGTH);
            }
            return true;
        };
    }

    private static Reader taking(ExcerptTailer tailer) {
        ByteBuffer copy = ByteBuffer.allocateDirect(LENGTH);
        return () -> {
            try (DocumentContext document = tailer.readingDocument()) {
                if (!document.isPresent()) {
                    return 0;
                }
                copy.clear();
                document.wire().bytes().read(copy);
                return 1;
            }
        };
    }

    /**
     * One, so that there is something to open, and the rest when standard input ends. As many again come first, and are
     * not measured: both sides have been compiled by then.
     */
    private static void write(Writer writer, long count) throws IOException {
        writer.put();
        System.out.println("ready");
        System.in.readAllBytes();
        for (long i = 1; i < 2 * count; i++) {
            while (!writer.put()) {
                Thread.onSpinWait();
            }
        }
    }

    private static void read(Reader reader, long count) throws IOException {
        System.out.println("ready");
        await(reader, count);
        long begin = System.nanoTime();
        long more = await(reader, count);
        System.out.printf("bench %.1f%n", (double) (System.nanoTime() - begin) / more);
    }

    private static long await(Reader reader, long count) throws IOException {
        long seen = 0;
        while (seen < count) {
            int taken = reader.take();
            if (taken == 0) {
                Thread.onSpinWait();
            }
            seen += taken;
        }
        return seen;
    }
}
