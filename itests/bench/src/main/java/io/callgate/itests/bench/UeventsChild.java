// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.lab.Product;
import io.callgate.netlink.Uevent;
import io.callgate.netlink.UeventListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.ServiceRegistration;

/** The gateway's side of {@link Uevents}: the product's bundles, and an application that counts. */
public final class UeventsChild {

    private static final int WARM_UPS = 3;

    private final Path twin;
    private final Product product;

    private UeventsChild(Path twin, Product product) {
        this.twin = twin;
        this.product = product;
    }

    /** Arguments: an empty folder, the twin, how many. Prints {@code bench NANOSECONDS LOST}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int count = Integer.parseInt(arguments[2]);
        try (Product product = Product.start(folder, Map.of(), Product.bundles("netlink"))) {
            UeventsChild child = new UeventsChild(Path.of(arguments[1]), product);
            child.awaitSource();
            for (int i = 0; i < WARM_UPS; i++) {
                child.run(count / 5);
            }
            System.out.println("bench " + child.run(count));
        }
        System.exit(0);
    }

    /** The gateway begins to listen a moment after the first listener has come; this one stays. */
    private void awaitSource() throws IOException, InterruptedException {
        CountDownLatch heard = new CountDownLatch(1);
        product.framework()
                .context()
                .registerService(UeventListener.class, event -> heard.countDown(), new Hashtable<>());
        do {
            Uevents.flood(twin, 1);
        } while (!heard.await(100, TimeUnit.MILLISECONDS));
    }

    private String run(int count) throws IOException, InterruptedException {
        Counting counting = new Counting(count);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(UeventListener.FILTER, "(SYNTH_ARG_N=*)");
        ServiceRegistration<?> registration =
                product.framework().context().registerService(UeventListener.class, counting, properties);
        Uevents.flood(twin, count);
        counting.last.await();
        registration.unregister();
        return String.format("%.1f %d", (double) (counting.end - counting.begin) / count, count - counting.seen);
    }

    /** From the first to the last. */
    private static final class Counting implements UeventListener {

        private final CountDownLatch last = new CountDownLatch(1);
        private final int count;
        private int seen;
        private long begin;
        private volatile long end;

        Counting(int count) {
            this.count = count;
        }

        @Override
        public void announced(Uevent event) {
            if (seen++ == 0) {
                begin = System.nanoTime();
            }
            if (Integer.parseInt(event.variables().get("SYNTH_ARG_N")) == count) {
                end = System.nanoTime();
                last.countDown();
            }
        }
    }
}
