// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.framework.Felix;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/** One framework in one JVM: prepared, started, waited for. */
final class Gateway {

    static final String HOME = "callgate.home";
    static final String DATA = "callgate.data";
    static final String START_NANOS = "callgate.start.nanos";
    static final String CONSOLE = "callgate.console";
    static final String PARENT = "callgate.parent";

    private static final Duration SETTLING_LIMIT = Duration.ofMillis(400);

    private final DataFolder data;
    private final long startNanos;
    private final Instant started;
    private final Fingerprint fingerprint;
    private Image image;
    private boolean safe;
    private ProductRecord unwritten;

    /** @param startNanos {@link System#nanoTime} when the JVM came to the main method */
    Gateway(Image image, DataFolder data, long startNanos) {
        this.image = image;
        this.data = data;
        this.startNanos = startNanos;
        this.started = Instant.now().minusNanos(System.nanoTime() - startNanos);
        this.fingerprint = Fingerprint.of(image);
    }

    /** Runs until the framework has stopped. */
    ExitCode run() throws LaunchException {
        data.prepare();
        try (DataLock lock = DataLock.acquire(data)) {
            chooseMode();
            Framework framework = prepareFramework();
            Thread main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stopFor(framework, main), "callgate-stop"));
            BundleContext context = framework.getBundleContext();
            context.addBundleListener(new StopGuard(
                    framework, StopGuard.LIMIT, () -> Runtime.getRuntime().halt(ExitCode.FAILED.code())));
            Settling settling = new Settling(data, unwritten, safe ? null : ClassArchive.wanted(image.home()));
            context.addFrameworkListener(new WhenLive(context, settling));
            stopWithParent(framework);
            resolveAtOnce(framework);
            framework.start();
            FrameworkEvent stopped = framework.waitForStop(0);
            settling.end(SETTLING_LIMIT);
            return exitCode(stopped);
        } catch (BundleException e) {
            throw new LaunchException("the framework does not start: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LaunchException("interrupted", e);
        } catch (IOException e) {
            throw LaunchException.of(data.lock(), e, "see that the disk is not full");
        }
    }

    /** One question to the resolver instead of one for each bundle; what it leaves open is asked again by its start. */
    private static void resolveAtOnce(Framework framework) {
        framework.adapt(FrameworkWiring.class).resolveBundles(null);
    }

    /** Everything, or after too many resets the platform alone. */
    private void chooseMode() throws LaunchException {
        Optional<SafeMode> asked = SafeMode.take(data);
        if (asked.isPresent()) {
            image = asked.get().of(image);
            safe = true;
        }
    }

    /**
     * In the foreground of a terminal, bin/callgate cannot pass on a signal that it is sent itself. It says who it is,
     * so that its end is the gateway's.
     */
    private static void stopWithParent(Framework framework) {
        Long parent = Long.getLong(PARENT);
        if (parent != null) {
            ProcessHandle.of(parent).ifPresent(process -> process.onExit().thenRun(() -> {
                try {
                    framework.stop();
                } catch (BundleException e) {
                    Say.error("the framework does not stop: " + e.getMessage());
                }
            }));
        }
    }

    private static ExitCode exitCode(FrameworkEvent stopped) {
        return switch (stopped.getType()) {
            // Also what bin/callgate's restart and a refresh of the system bundle come to: a new process.
            case FrameworkEvent.STOPPED_UPDATE, FrameworkEvent.STOPPED_SYSTEM_REFRESHED -> ExitCode.RESTART;
            case FrameworkEvent.ERROR -> ExitCode.FAILED;
            default -> ExitCode.OK;
        };
    }

    /** A framework with the product's bundles in it, not yet started. A cache that does not even open is made anew. */
    private Framework prepareFramework() throws LaunchException {
        if (safe) {
            clean(data.safeCache());
            FrameworkLog log = new FrameworkLog();
            return install(new Felix(configuration(log)), log, null);
        }
        ProductRecord record = usableRecord();
        FrameworkLog log = new FrameworkLog();
        Framework framework = new Felix(configuration(log));
        try {
            return install(framework, log, record);
        } catch (LaunchException e) {
            if (record == null) {
                throw e;
            }
            Say.warning("the bundle cache is made anew: " + e.getMessage());
            close(framework);
            cleanCache();
            return install(new Felix(configuration(log)), log, null);
        }
    }

    private Framework install(Framework framework, FrameworkLog log, ProductRecord record) throws LaunchException {
        try {
            framework.init();
        } catch (BundleException e) {
            throw new LaunchException(
                    "the bundle cache " + data.bundleCache() + " does not open: " + e.getMessage(), e);
        }
        BundleContext context = framework.getBundleContext();
        log.initialised(context);
        ImageLocations.register(context, image);
        ProductInstaller installer = new ProductInstaller(
                context, image, safe ? data.safeCache().resolve("product") : data.productRecord(), fingerprint, record);
        ProductRecord changed = installer.install();
        unwritten = safe ? null : changed;
        return framework;
    }

    private static void close(Framework framework) throws LaunchException {
        try {
            framework.stop();
            framework.waitForStop(StopGuard.LIMIT.toMillis());
        } catch (BundleException e) {
            throw new LaunchException("the framework does not stop: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LaunchException("interrupted", e);
        }
    }

    /** The record of the cache, or null after making the cache empty because it is not ours to use. */
    private ProductRecord usableRecord() throws LaunchException {
        ProductRecord record = ProductRecord.read(data.productRecord());
        if (record != null) {
            List<String> differences = record.fingerprint().differences(fingerprint);
            if (differences.isEmpty()) {
                return record;
            }
            Say.info("the bundle cache is made anew: " + String.join(", ", differences));
        }
        cleanCache();
        return null;
    }

    private void cleanCache() throws LaunchException {
        for (Path path : List.of(data.productRecord(), data.bundleCache(), data.nativeCache())) {
            clean(path);
        }
    }

    private static void clean(Path path) throws LaunchException {
        try {
            DataFolder.delete(path);
        } catch (IOException e) {
            throw LaunchException.of(path, e, "remove it by hand");
        }
    }

    private Map<String, Object> configuration(FrameworkLog log) {
        Map<String, Object> configuration = new HashMap<>(image.properties());
        String highest = Integer.toString(image.startList().highestLevel());
        Path cache = safe ? data.safeCache() : data.bundleCache();
        configuration.put(Constants.FRAMEWORK_STORAGE, cache.toString());
        configuration.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, highest);
        configuration.put("felix.startlevel.bundle", highest); // a bundle installed later comes when all else is up
        configuration.put("felix.log.logger", log);
        configuration.put(HOME, image.home().toString());
        configuration.put(DATA, data.path().toString());
        configuration.put(CONSOLE, Boolean.toString(Boolean.getBoolean(CONSOLE)));
        configuration.put(START_NANOS, Long.toString(startNanos));
        return configuration;
    }

    /** SIGTERM, SIGINT and SIGHUP come here. The main thread waits for the framework and ends the process. */
    private static void stopFor(Framework framework, Thread main) {
        try {
            framework.stop();
            main.join(); // bounded by the guard
        } catch (BundleException e) {
            Say.error("the framework does not stop: " + e.getMessage());
            Runtime.getRuntime().halt(ExitCode.FAILED.code());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** At the highest start level: says so to the person and to the status file, and lets the rest settle. */
    private final class WhenLive implements FrameworkListener {

        private final BundleContext context;
        private final Settling settling;

        WhenLive(BundleContext context, Settling settling) {
            this.context = context;
            this.settling = settling;
        }

        @Override
        public void frameworkEvent(FrameworkEvent event) {
            if (event.getType() != FrameworkEvent.STARTED) {
                return;
            }
            Duration startup = Duration.ofNanos(System.nanoTime() - startNanos);
            StatusReporter status = new StatusReporter(context, new StatusFile(data.status()), started, image);
            new FirstScreen(context, status.now(), startup, data.path())
                    .lines(image.properties())
                    .forEach(System.out::println);
            status.write();
            context.addBundleListener(status);
            settling.start();
        }
    }
}
