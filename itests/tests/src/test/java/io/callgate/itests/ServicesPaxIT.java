// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemPackage;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import io.callgate.linux.LinuxFiles;
import io.callgate.procfs.LoadAverageService;
import io.callgate.procfs.PressureListener;
import io.callgate.procfs.PressureResource;
import io.callgate.resource.ResourceStatus;
import io.callgate.sysfs.Attribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The product's bundles as an application inside the framework sees them: bound by injection, configured by Config Admin. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ServicesPaxIT {

    private static final long DEADLINE_MILLIS = 20_000;
    private static final long STALL_MICROS = 50_000;
    private static final long WINDOW_MICROS = 2_000_000;

    @Inject
    private BundleContext context;

    @Inject
    private LinuxFiles files;

    @Inject
    private LoadAverageService load;

    @Inject
    private ConfigurationAdmin configurations;

    /** The image's start list, on a data folder of its own. */
    @Configuration
    public Option[] product() throws IOException {
        Image image = Image.built();
        Path data = Files.createTempDirectory("callgate-pax");
        Files.createDirectories(data.resolve("configs"));
        Option[] bundles = image.startList().stream()
                .map(jar -> bundle(jar.toUri().toString()))
                .toArray(Option[]::new);
        return options(
                junitBundles(),
                frameworkProperty("felix.cm.pm").value("callgate"),
                frameworkProperty("callgate.home").value(image.home().toString()),
                frameworkProperty("callgate.data").value(data.toString()),
                systemPackage("io.callgate.itests.harness"),
                composite(bundles));
    }

    @Test
    public void everyBundleOfOursIsActive() {
        Arrays.stream(context.getBundles())
                .filter(each -> each.getSymbolicName().startsWith("io.callgate."))
                .filter(each -> each.getHeaders().get(Constants.FRAGMENT_HOST) == null)
                .forEach(each -> assertEquals(each.getSymbolicName(), Bundle.ACTIVE, each.getState()));
    }

    @Test
    public void theLoadIsThisMachines() throws IOException {
        assertTrue(load.read().oneMinute() >= 0);
        assertTrue(load.read().threads() > 1);
    }

    @Test
    public void theKernelTellsOfPressureByATrigger() throws Exception {
        assumeTrue("this kernel has no /proc/pressure/cpu", Files.exists(Path.of("/proc/pressure/cpu")));
        CountDownLatch told = new CountDownLatch(1);
        PressureListener listener = event -> {
            if (event.resource() == PressureResource.CPU && event.stallMicros() == STALL_MICROS) {
                told.countDown();
            }
        };
        Dictionary<String, Object> wanted = new Hashtable<>();
        wanted.put(PressureListener.RESOURCE, "cpu");
        wanted.put(PressureListener.KIND, "some");
        wanted.put(PressureListener.STALL_MICROS, STALL_MICROS);
        wanted.put(PressureListener.WINDOW_MICROS, WINDOW_MICROS);
        ServiceRegistration<?> registration = context.registerService(PressureListener.class, listener, wanted);
        ExecutorService burners = Executors.newCachedThreadPool();
        try {
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                burners.execute(() -> {
                    while (told.getCount() > 0 && !Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                    }
                });
            }
            assertTrue("an event within the deadline", told.await(DEADLINE_MILLIS, TimeUnit.MILLISECONDS));
        } finally {
            burners.shutdownNow();
            registration.unregister();
        }
    }

    @Test
    public void aFactoryConfigurationBecomesAServiceWithItsNameAndGoesWithIt() throws Exception {
        org.osgi.service.cm.Configuration mtu =
                configurations.getFactoryConfiguration("io.callgate.sysfs.attribute", "pax-mtu", null);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("path", "/sys/class/net/lo/mtu");
        properties.put("type", "integer");
        mtu.update(properties);

        ServiceTracker<Attribute, Attribute> tracker = new ServiceTracker<>(
                context,
                context.createFilter(
                        "(&(objectClass=" + Attribute.class.getName() + ")(" + ResourceStatus.NAME + "=pax-mtu))"),
                null);
        tracker.open();
        Attribute attribute = tracker.waitForService(DEADLINE_MILLIS);
        long expected = Long.parseLong(
                Files.readString(Path.of("/sys/class/net/lo/mtu")).strip());
        assertEquals(expected, attribute.readLong());
        assertEquals(expected, attribute.read().asLong());

        mtu.delete();
        Await.until("the service has gone", () -> tracker.getService() == null);
        tracker.close();
    }
}
