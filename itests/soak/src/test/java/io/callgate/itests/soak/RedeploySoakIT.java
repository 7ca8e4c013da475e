// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.BundleMaker;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.harness.ProcessFigures;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Every bundle that may be swapped in daily life is updated and refreshed again and again while an application uses
 * its services. The application stays as it is, and what the left versions held is gone. {@code -Dcallgate.swap.door}
 * swaps the door too, whose JNA types keep its class loader for ever, to see this fail.
 */
class RedeploySoakIT {

    private static final int ROUNDS = Integer.getInteger("callgate.redeploys", 100);
    private static final long SETTLED_NANOS = 1_000_000_000L;
    private static final String APPLICATION = "soak.application";

    @TempDir
    Path folder;

    private final Image image = Image.built();
    private InProcess gateway;

    @BeforeEach
    void start() throws Exception {
        Path configs = Files.createDirectories(folder.resolve("data/configs"));
        Files.writeString(configs.resolve("io.callgate.sysfs.attribute~mtu.json"), """
                {"path": "/sys/class/net/lo/mtu", "type": "integer", "interval": 50}
                """);
        gateway = new InProcess(image, folder, Map.of());
        gateway.start(image.startList());
        gateway.start(List.of(application()));
        gateway.service("io.callgate.sysfs.Attribute", "(callgate.name=mtu)");
        awaitUse(1);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @Test
    void nothingIsLeftOfARedeployedBundleAndItsConsumerStaysAsItIs() throws Exception {
        Bundle application = gateway.bundle(APPLICATION);
        ClassLoader loaderBefore = loader(application);
        List<Bundle> swappable = swappable();
        List<WeakReference<ClassLoader>> left = new ArrayList<>();
        redeployAll(swappable, left); // what is only made at the first redeploy belongs to the base
        awaitUse(useCount() + 1);
        ProcessFigures base = settled();

        for (int round = 0; round < ROUNDS; round++) {
            redeployAll(swappable, left);
            assertThat(application.getState()).as("round %d", round).isEqualTo(Bundle.ACTIVE);
            assertThat(loader(application)).as("round %d", round).isSameAs(loaderBefore);
        }
        gateway.service("io.callgate.sysfs.Attribute", "(callgate.name=mtu)");
        awaitUse(useCount() + 1);

        Await.until("class loaders of left versions are collected", Duration.ofSeconds(60), () -> {
            System.gc();
            return left.stream().allMatch(each -> each.get() == null);
        });
        ProcessFigures[] now = new ProcessFigures[1];
        try {
            Await.until("figures are back to base", Duration.ofSeconds(30), () -> {
                System.gc();
                now[0] = ProcessFigures.of(ProcessHandle.current().pid());
                return now[0].descriptors() <= base.descriptors()
                        && now[0].threads() <= base.threads()
                        && now[0].inotifyWatches() <= base.inotifyWatches()
                        && now[0].mappings() <= base.mappings();
            });
        } catch (AssertionError e) {
            throw new AssertionError("base " + base + ", now " + now[0] + "; threads " + threads(), e);
        }
        System.out.printf(
                "redeployed %d bundles %d times each: %d loaders collected, base %s, now %s%n",
                swappable.size(),
                ROUNDS,
                left.size(),
                base,
                ProcessFigures.of(ProcessHandle.current().pid()));
    }

    private void redeployAll(List<Bundle> bundles, List<WeakReference<ClassLoader>> left) throws Exception {
        for (Bundle bundle : bundles) {
            left.add(new WeakReference<>(loader(bundle)));
            redeploy(bundle);
        }
    }

    /** The figures once they have not changed for a second: watchers and threads begin some time after their bundle. */
    private static ProcessFigures settled() {
        ProcessFigures[] last = new ProcessFigures[1];
        long[] since = {System.nanoTime()};
        Await.until("the figures settle", () -> {
            ProcessFigures now =
                    ProcessFigures.of(ProcessHandle.current().pid()).withoutMemory();
            if (!now.equals(last[0])) {
                last[0] = now;
                since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] > SETTLED_NANOS;
        });
        return last[0];
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .sorted()
                .toList();
    }

    private List<Bundle> swappable() {
        return Arrays.stream(gateway.context().getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("io.callgate."))
                .filter(bundle -> !bundle.getSymbolicName().endsWith(".api"))
                .filter(bundle -> System.getProperty("callgate.swap.door") != null
                        || !bundle.getSymbolicName().equals("io.callgate.linux.jna"))
                .toList();
    }

    private void redeploy(Bundle bundle) throws Exception {
        Await.until(bundle.getSymbolicName() + " is updated", () -> {
            try (InputStream same = URI.create(bundle.getLocation()).toURL().openStream()) {
                bundle.update(same);
                return true;
            } catch (BundleException e) {
                // Felix breaks a deadlock with the deployer, which may be resolving just now, by refusing one of the
                // two.
                assertThat(e).hasMessageContaining("global lock");
                return false;
            }
        });
        gateway.refresh(List.of(bundle));
        assertThat(bundle.getState()).as(bundle.getSymbolicName()).isEqualTo(Bundle.ACTIVE);
    }

    private static ClassLoader loader(Bundle bundle) {
        return bundle.adapt(BundleWiring.class).getClassLoader();
    }

    private long useCount() throws Exception {
        return ((LongSupplier) gateway.service(LongSupplier.class.getName(), "(soak=uses)")).getAsLong();
    }

    private void awaitUse(long atLeast) {
        Await.until("the application uses both services", () -> useCount() >= atLeast);
    }

    private Path application() throws Exception {
        String source = """
                package soak.application;

                import io.callgate.procfs.LoadAverageService;
                import io.callgate.sysfs.Attribute;
                import java.util.Hashtable;
                import java.util.concurrent.atomic.AtomicLong;
                import java.util.function.LongSupplier;
                import org.osgi.framework.BundleActivator;
                import org.osgi.framework.BundleContext;
                import org.osgi.framework.ServiceReference;

                public final class Application implements BundleActivator, Runnable {
                    private final AtomicLong uses = new AtomicLong();
                    private volatile boolean ended;
                    private BundleContext context;
                    private Thread thread;

                    public void start(BundleContext context) {
                        this.context = context;
                        Hashtable<String, Object> properties = new Hashtable<>();
                        properties.put("soak", "uses");
                        context.registerService(LongSupplier.class, uses::get, properties);
                        thread = new Thread(this, "soak-application");
                        thread.start();
                    }

                    public void stop(BundleContext context) throws Exception {
                        ended = true;
                        thread.join();
                    }

                    public void run() {
                        while (!ended) {
                            boolean load = use(LoadAverageService.class, service -> service.read().oneMinute());
                            boolean mtu = use(Attribute.class, Attribute::readLong);
                            if (load && mtu) {
                                uses.incrementAndGet();
                            }
                            Thread.onSpinWait();
                        }
                    }

                    private interface Use<S> {
                        Object of(S service) throws Exception;
                    }

                    private <S> boolean use(Class<S> type, Use<S> use) {
                        ServiceReference<S> reference = context.getServiceReference(type);
                        if (reference == null) {
                            return false;
                        }
                        try {
                            S service = context.getService(reference);
                            return service != null && use.of(service) != null;
                        } catch (Exception leaving) {
                            return false;
                        } finally {
                            context.ungetService(reference);
                        }
                    }
                }
                """;
        return new BundleMaker(APPLICATION)
                .source("soak.application.Application", source)
                .header("Bundle-Activator", "soak.application.Application")
                .against(
                        image.jar("io.callgate.procfs.api"),
                        image.jar("io.callgate.sysfs.api"),
                        image.jar("org.apache.felix.framework"))
                .write(folder.resolve("application.jar"));
    }
}
