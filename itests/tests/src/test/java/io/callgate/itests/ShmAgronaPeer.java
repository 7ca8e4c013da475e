// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import io.callgate.itests.ShmRig.Witness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * A program that knows Agrona and nothing of ours, but that the ring begins at the second page: KIND PATH CAPACITY
 * produce|consume|claim COUNT LONGEST.
 */
public final class ShmAgronaPeer {

    private static final long PAGE = 4096;

    private ShmAgronaPeer() {}

    /** Prints one line when it is at work, and one at its end. */
    public static void main(String[] arguments) throws IOException {
        RingBuffer ring = ring(arguments[0], Path.of(arguments[1]), Integer.parseInt(arguments[2]));
        long count = Long.parseLong(arguments[4]);
        int longest = Integer.parseInt(arguments[5]);
        switch (arguments[3]) {
            case "produce" -> produce(ring, count, longest);
            case "consume" -> consume(ring, count);
            default -> {
                System.out.println(ring.tryClaim(1, longest) > 0 ? "claimed" : "full");
                System.in.read(); // until we are killed
            }
        }
    }

    private static RingBuffer ring(String kind, Path file, int capacity) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            UnsafeBuffer region = new UnsafeBuffer(
                    channel.map(FileChannel.MapMode.READ_WRITE, PAGE, capacity + RingBufferDescriptor.TRAILER_LENGTH));
            return kind.equals("one-to-one") ? new OneToOneRingBuffer(region) : new ManyToOneRingBuffer(region);
        }
    }

    private static void produce(RingBuffer ring, long count, int longest) {
        long own = ProcessHandle.current().pid();
        ByteBuffer bytes = ByteBuffer.allocateDirect(longest).order(ByteOrder.nativeOrder());
        UnsafeBuffer message = new UnsafeBuffer(bytes);
        System.out.println("producing");
        for (long i = 1; i <= count; i++) {
            int length = ShmRig.lengthOf(i, longest);
            ShmRig.fill(bytes.clear(), own, i, length);
            while (!ring.write(1, message, 0, length)) {
                Thread.onSpinWait();
            }
        }
        System.out.println("produced");
    }

    private static void consume(RingBuffer ring, long count) {
        Witness witness = new Witness();
        ByteBuffer copy = ByteBuffer.allocateDirect(ring.maxMsgLength()).order(ByteOrder.nativeOrder());
        System.out.println("consuming");
        while (witness.messages() < count && witness.fault().isEmpty()) {
            int read = ring.read(
                    (type, buffer, index, length) -> {
                        buffer.getBytes(index, copy, 0, length);
                        witness.see(copy, 0, type, length);
                    },
                    64);
            if (read == 0) {
                Thread.onSpinWait();
            }
        }
        System.out.println(witness.fault().isEmpty() ? "consumed " + witness.messages() : witness.fault());
    }
}
