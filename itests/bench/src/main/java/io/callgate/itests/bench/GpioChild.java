// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import com.sun.management.ThreadMXBean;
import io.callgate.gpio.DigitalInput;
import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeListener;
import io.callgate.gpio.Level;
import io.callgate.itests.lab.Product;
import io.callgate.itests.lab.SimChip;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.osgi.framework.ServiceRegistration;

/** The gateway's side of {@link Gpio}: the product's bundles, and an application that uses three lines. */
public final class GpioChild {

    static final int INPUT = 0;
    static final int OUTPUT = 1;
    static final int EDGES = 2;

    private static final int WARM_UPS = 3;

    private GpioChild() {}

    private interface Loop {
        void run(long count) throws IOException;
    }

    /** Arguments: an empty folder, how many calls, how many edges. Prints {@code bench NAME FIGURES}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        long calls = Long.parseLong(arguments[1]);
        int edges = Integer.parseInt(arguments[2]);
        SimChip chip = SimChip.labelled("bench");
        Map<String, String> configurations = Map.of(
                DigitalInput.PID + "~in", "{\"chip\": \"bench\", \"offset\": %d}".formatted(INPUT),
                DigitalOutput.PID + "~out", "{\"chip\": \"bench\", \"offset\": %d}".formatted(OUTPUT),
                DigitalInput.PID + "~edges",
                        "{\"chip\": \"bench\", \"offset\": %d, \"edges\": \"both\"}".formatted(EDGES));
        try (Product product = Product.start(folder, configurations)) {
            DigitalInput input = product.service(DigitalInput.class, "(callgate.name=in)");
            DigitalOutput output = product.service(DigitalOutput.class, "(callgate.name=out)");
            product.service(DigitalInput.class, "(callgate.name=edges)");
            measure("get", calls, count -> get(input, count));
            measure("set", calls, count -> set(output, count));
            System.out.println("bench edges " + latencies(product, chip, edges, true));
            System.out.println("bench lane " + latencies(product, chip, edges, false));
        }
        System.exit(0);
    }

    /** Of a listener that is told at once, or on a thread of its own. */
    private static String latencies(Product product, SimChip chip, int edges, boolean prompt) throws Exception {
        Listener listener = new Listener(edges);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(EdgeListener.LINE, "edges");
        properties.put(Dispatcher.PROMPT, prompt);
        ServiceRegistration<EdgeListener> registration =
                product.framework().context().registerService(EdgeListener.class, listener, properties);
        try {
            return listener.measure(chip);
        } finally {
            registration.unregister();
        }
    }

    private static void get(DigitalInput input, long count) throws IOException {
        long active = 0;
        for (long i = 0; i < count; i++) {
            active += input.level() == Level.ACTIVE ? 1 : 0;
        }
        if (active == 42) {
            throw new IllegalStateException("the sum keeps the loop alive");
        }
    }

    private static void set(DigitalOutput output, long count) throws IOException {
        for (long i = 0; i < count; i++) {
            output.set((i & 1) == 0 ? Level.INACTIVE : Level.ACTIVE);
        }
    }

    private static void measure(String name, long count, Loop loop) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UPS; i++) {
            loop.run(count / 5);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long begin = System.nanoTime();
        loop.run(count);
        long nanos = System.nanoTime() - begin;
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
        System.out.printf("bench %s %.1f%nbench %s-bytes %d%n", name, (double) nanos / count, name, allocated);
    }

    /** How long after the kernel's timestamp an application is told, for edges that are made one after the other. */
    private static final class Listener implements EdgeListener {

        private final Semaphore delivered = new Semaphore(0);
        private final long[] latencies;
        private int seen;

        Listener(int edges) {
            latencies = new long[edges];
        }

        @Override
        public void edge(Edge edge) {
            latencies[seen++] = System.nanoTime() - edge.timestampNanos();
            delivered.release();
        }

        private void make(SimChip chip) throws IOException, InterruptedException {
            seen = 0;
            for (int i = 0; i < latencies.length; i++) {
                chip.pull(EDGES, i % 2 == 0);
                delivered.acquire();
            }
        }

        String measure(SimChip chip) throws IOException, InterruptedException {
            for (int i = 0; i < WARM_UPS; i++) {
                make(chip);
            }
            make(chip);
            Arrays.sort(latencies);
            int count = latencies.length;
            return latencies[count / 2] + " " + latencies[count * 99 / 100] + " " + latencies[count - 1];
        }
    }
}
