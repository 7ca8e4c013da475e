// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.itests.harness.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.osgi.framework.Bundle;

/**
 * What a test of the character device backend stands on: the product, started once for all of them, and simulated chips
 * and requests of its own that are gone after the test. A parameter of the test method:
 * {@code @ExtendWith(GpioBench.Resolver.class)}.
 */
final class GpioBench implements AutoCloseable {

    static final LineSettings IN = LineSettings.input();
    static final LineSettings OUT = LineSettings.output();

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Product product;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private GpioBench(Product product) {
        this.product = product;
    }

    /** The product's bundles in this JVM. */
    Product product() {
        return product;
    }

    /** A chip, and the character device backend's service for it. */
    record Chip(SimChip sim, GpioChip service) {}

    /** A new chip with these lines. */
    Chip chip(int lines, Map<Integer, String> names) throws Exception {
        SimChip sim = SimChip.make("bench" + NUMBER.incrementAndGet(), lines, names);
        open.push(sim);
        return new Chip(sim, service(sim.label()));
    }

    /** A new chip whose lines have no names. */
    Chip chip(int lines) throws Exception {
        return chip(lines, Map.of());
    }

    /** The character device backend's service for a chip, as soon as it is there. */
    GpioChip service(String label) {
        return product.service(GpioChip.class, filter(label));
    }

    /** Which service that is. */
    static String filter(String label) {
        return "(&(gpio.label=" + label + ")(gpio.backend=chardev))";
    }

    /** Takes lines until the end of the test. */
    LineRequest request(Chip chip, LineRequest.Owner owner, int buffer, RequestConfig.Line... lines) throws Exception {
        LineRequest request = chip.service.request(new RequestConfig("bench", List.of(lines), buffer), owner);
        open.push(request);
        return request;
    }

    /** Takes lines of which nothing will be told. */
    LineRequest request(Chip chip, RequestConfig.Line... lines) throws Exception {
        return request(chip, new GpioOwner(), 0, lines);
    }

    static RequestConfig.Line line(int offset, LineSettings settings) {
        return new RequestConfig.Line(offset, settings);
    }

    /** Something to be closed at the end of the test, before what was opened earlier. */
    <T extends AutoCloseable> T closing(T what) {
        open.push(what);
        return what;
    }

    @Override
    public void close() throws Exception {
        List<Exception> failures = new ArrayList<>();
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    /** Gives each test its bench, and all of them one product. */
    static final class Resolver implements ParameterResolver {

        private static final Namespace ALL = Namespace.create(GpioBench.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == GpioBench.class;
        }

        @Override
        public GpioBench resolveParameter(ParameterContext parameter, ExtensionContext context) {
            Shared shared = context.getRoot()
                    .getStore(ALL)
                    .getOrComputeIfAbsent(Shared.class, type -> Shared.start(), Shared.class);
            GpioBench bench = new GpioBench(shared.product());
            context.getStore(ALL).put(GpioBench.class, bench); // closed by JUnit after the test
            return bench;
        }
    }

    /** The product of all tests, closed by JUnit after the last. */
    private record Shared(Product product) implements AutoCloseable {

        private static final Duration STOP = Duration.ofSeconds(120);

        static Shared start() {
            try {
                Path folder = Files.createTempDirectory("gpio-bench"); // in the guest, whose files vanish
                return new Shared(Product.start(folder, Map.of(), SomeBundles.with("gpio", "platform")));
            } catch (Exception e) {
                throw new AssertionError("the product does not start", e);
            }
        }

        /** An emulated machine with much else to do stops it in more than the harness's ten seconds. */
        @Override
        public void close() throws Exception {
            Bundle framework = product.framework().context().getBundle();
            framework.stop();
            Await.until("the framework has stopped", STOP, () -> framework.getState() == Bundle.RESOLVED);
            product.close();
        }
    }
}
