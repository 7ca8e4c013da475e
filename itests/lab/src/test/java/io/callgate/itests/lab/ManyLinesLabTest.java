// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.DigitalInput;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Many line services on ten chips: they come up, and the last costs what the first did. The property
 * {@code callgate.lab.lines} sets how many: Debian's 6.1 has room for 1024 lines on all chips together (ARCH_NR_GPIOS).
 */
@LabTest
class ManyLinesLabTest {

    private static final int CHIPS = 10;
    private static final int LINES = Integer.getInteger("callgate.lab.lines", 300);
    private static final Duration PATIENCE = Duration.ofSeconds(60 + LINES / 10);

    private static final Pattern OTHER_ROOMS =
            Pattern.compile("io\\.callgate\\.(?!linux|resource|gpio|platform\\.(api|log|config)-)");

    @TempDir
    Path folder;

    @Test
    void manyLinesComeUpAndTheLastCostsWhatTheFirstDid() throws Exception {
        List<SimChip> chips = new ArrayList<>();
        try (AutoCloseable all = () -> closeAll(chips)) {
            for (int chip = 0; chip < CHIPS; chip++) {
                chips.add(SimChip.make("bank" + chip, LINES / CHIPS, Map.of()));
            }
            long begin = System.nanoTime();
            Product product = Product.start(folder, configurations(), bundles());
            try (AutoCloseable stopped = () -> stop(product)) {
                BundleContext context = product.framework().context();
                Await.until(
                        LINES + " services",
                        PATIENCE,
                        () -> context.getServiceReferences(DigitalInput.class, null)
                                        .size()
                                == LINES);
                System.out.printf("%d lines in %d ms%n", LINES, (System.nanoTime() - begin) / 1_000_000);
                report(context);
                goneAndBack(product, chips.get(CHIPS - 1));
            }
        }
    }

    /** Without the rooms that have nothing to do with lines: what else starts takes time from what is looked at. */
    static List<Path> bundles() {
        return Image.built().startList().stream()
                .filter(jar ->
                        !OTHER_ROOMS.matcher(jar.getFileName().toString()).lookingAt())
                .toList();
    }

    /** An emulated machine with much to do needs more than the harness's ten seconds for it. */
    static void stop(Product product) throws Exception {
        Bundle framework = product.framework().context().getBundle();
        framework.stop();
        Await.until("the framework has stopped", PATIENCE, () -> framework.getState() == Bundle.RESOLVED);
        product.close();
    }

    private static Map<String, String> configurations() {
        Map<String, String> configurations = new HashMap<>();
        for (int line = 0; line < LINES; line++) {
            configurations.put(
                    "io.callgate.gpio.input~in" + line,
                    "{\"chip\": \"bank" + line % CHIPS + "\", \"offset\": " + line / CHIPS + "}");
        }
        return configurations;
    }

    /** Figures for a person: no time is asserted. */
    private static void report(BundleContext context) throws Exception {
        List<Instant> since = new ArrayList<>();
        for (ServiceReference<ResourceStatus> each : context.getServiceReferences(ResourceStatus.class, null)) {
            ResourceStatus status = context.getService(each);
            if (status.pid().startsWith("io.callgate.gpio.")) {
                assertThat(status.state()).as(status.name()).isEqualTo(ResourceState.LIVE);
                since.add(status.since());
            }
        }
        assertThat(since).hasSize(LINES);
        since.sort(null);
        long[] micros = new long[10];
        for (int tenth = 0; tenth < 10; tenth++) {
            Instant first = since.get(tenth * LINES / 10);
            Instant last = since.get((tenth + 1) * LINES / 10 - 1);
            micros[tenth] = Duration.between(first, last).toNanos() / 1000 / (LINES / 10);
        }
        System.out.println("microseconds for a line, by tenths: " + Arrays.toString(micros));
    }

    /** A chip that goes takes its lines and no others, and gives them back. */
    private static void goneAndBack(Product product, SimChip chip) throws Exception {
        BundleContext context = product.framework().context();
        chip.unplug();
        Await.until(
                "its lines have gone",
                PATIENCE,
                () -> context.getServiceReferences(DigitalInput.class, null).size() == LINES - LINES / CHIPS);
        chip.plug();
        Await.until(
                "its lines are back",
                PATIENCE,
                () -> context.getServiceReferences(DigitalInput.class, null).size() == LINES);
    }

    private static void closeAll(List<SimChip> chips) throws Exception {
        for (SimChip chip : chips) {
            chip.close();
        }
    }
}
