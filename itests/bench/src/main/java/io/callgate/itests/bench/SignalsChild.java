// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.lab.Product;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalEvent;
import io.callgate.signals.SignalListener;
import io.callgate.signals.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.ServiceRegistration;

/** The gateway's side of {@link SignalsLatency}: the product's bundles, and an application that answers, or counts. */
public final class SignalsChild {

    private static final Signal THERE = new Signal(35);
    private static final Signal BACK = new Signal(36);
    private static final int WARM_UPS = 3;

    private final String twin;
    private final Product product;
    private final Signals signals;

    private SignalsChild(String twin, Product product) {
        this.twin = twin;
        this.product = product;
        this.signals = product.service(Signals.class, null);
    }

    /** Arguments: an empty folder, the twin, how many signals. Prints {@code bench NAME FIGURE}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int count = Integer.parseInt(arguments[2]);
        try (Product product = Product.start(folder, Map.of())) {
            SignalsChild child = new SignalsChild(arguments[1], product);
            for (int i = 0; i < WARM_UPS; i++) {
                child.run(count / 5, false);
            }
            child.run(count, true);
        }
        System.exit(0);
    }

    private void run(int count, boolean print) throws Exception {
        ServiceRegistration<?> echo = listen(event -> signals.queue(
                event.sender().orElseThrow().pid(), BACK, event.value().orElseThrow()));
        String figure = twin("ping", count);
        echo.unregister();
        Counting counting = new Counting(count);
        ServiceRegistration<?> registration = listen(counting);
        twin("flood", count);
        counting.done.await();
        registration.unregister();
        if (counting.wrong > 0) {
            throw new IOException(counting.wrong + " signals were lost, heard twice or out of order");
        }
        if (print) {
            System.out.printf("bench round-trip %s%n", figure.strip());
            System.out.printf("bench one-way %.1f%n", (double) (counting.end - counting.begin) / count);
        }
    }

    private ServiceRegistration<?> listen(SignalListener listener) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(SignalListener.SIGNALS, THERE.name());
        return product.framework().context().registerService(SignalListener.class, listener, properties);
    }

    private String twin(String what, int count) throws IOException {
        String pid = Long.toString(ProcessHandle.current().pid());
        return SignalsLatency.ran(List.of(twin, what, pid, Integer.toString(count)));
    }

    /** Counts from the first signal to the last. */
    private static final class Counting implements SignalListener {

        private final CountDownLatch done = new CountDownLatch(1);
        private final int count;
        private int seen;
        private long begin;
        private volatile long end;
        private volatile int wrong;

        Counting(int count) {
            this.count = count;
        }

        @Override
        public void signal(SignalEvent event) {
            if (event.value().orElse(-1) != seen) {
                wrong++;
            }
            if (seen++ == 0) {
                begin = System.nanoTime();
            } else if (seen == count + 1) {
                end = System.nanoTime();
                done.countDown();
            }
        }
    }
}
