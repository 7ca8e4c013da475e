// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;

/** The deployer as a bundle, with the real door, the real log and SCR below it: every event is the kernel's. */
final class LiveGateway implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    final Path home;
    final Path data;
    final Path deploy;
    private final Framework framework;
    private final Object something = new Object();
    private long happened;

    LiveGateway(Path root, String... properties) throws Exception {
        home = Files.createDirectories(root.resolve("image"));
        data = Files.createDirectories(root.resolve("data"));
        deploy = data.resolve("deploy");
        Map<String, String> configuration = new HashMap<>();
        configuration.put(Constants.FRAMEWORK_STORAGE, data.resolve("cache").toString());
        configuration.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "6");
        configuration.put("felix.log.level", "0");
        // One class of the handler for the test and the bundles: the platform's API comes from outside of the
        // framework.
        configuration.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, "io.callgate.platform;version=0.1.0");
        configuration.put("callgate.home", home.toString());
        configuration.put("callgate.data", data.toString());
        for (int i = 0; i < properties.length; i += 2) {
            configuration.put(properties[i], properties[i + 1]);
        }
        framework = new FrameworkFactory().newFramework(configuration);
        framework.init();
        context().addServiceListener((AllServiceListener) event -> somethingHappened());
        context().addBundleListener(event -> somethingHappened());
        List<String> names = List.of(
                "org.apache.felix.log",
                "org.osgi.util.function",
                "org.osgi.util.promise",
                "org.osgi.service.component",
                "org.apache.felix.scr",
                "jna",
                "io.callgate.linux.api",
                "io.callgate.linux.jna");
        for (int i = 0; i < names.size(); i++) {
            ship(names.get(i) + ".jar", Files.readAllBytes(onClassPath(names.get(i))), 1 + i / 4);
        }
        ship("deploy.jar", deployer("0.1.0"), 5);
        framework.start();
        await("the deployer has its folder", () -> Files.isDirectory(deploy));
    }

    private void ship(String name, byte[] jar, int level) throws Exception {
        Path file = home.resolve("bundles").resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, jar);
        Bundle bundle = context().installBundle(Fleet.SHIPPED + "bundles/" + name, new ByteArrayInputStream(jar));
        bundle.adapt(BundleStartLevel.class).setStartLevel(level);
        bundle.start(Bundle.START_ACTIVATION_POLICY);
    }

    static Path onClassPath(String artifact) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().matches(artifact + "-\\d.*\\.jar")
                        || path.endsWith(Path.of(artifact.substring(artifact.lastIndexOf('.') + 1), "target/classes")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(artifact + " is not on the class path"));
    }

    /** The bundle under test, as the packaging will make it. */
    static byte[] deployer(String version) throws IOException {
        Path classes = Path.of("target", "classes");
        Manifest manifest;
        try (var in = Files.newInputStream(classes.resolve("META-INF/MANIFEST.MF"))) {
            manifest = new Manifest(in);
        }
        manifest.getMainAttributes().putValue("Bundle-Version", version);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                jar.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, jar);
            }
        }
        return bytes.toByteArray();
    }

    /** A bundle as it is, in another version. */
    static byte[] inVersion(Path original, String version) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarFile from = new JarFile(original.toFile())) {
            Manifest manifest = from.getManifest();
            manifest.getMainAttributes().putValue("Bundle-Version", version);
            manifest.getEntries().clear();
            try (JarOutputStream to = new JarOutputStream(bytes, manifest)) {
                for (JarEntry entry : (Iterable<JarEntry>) from.stream()::iterator) {
                    if (!entry.getName().matches("META-INF/(MANIFEST\\.MF|[^/]*\\.(SF|RSA|DSA))")) {
                        to.putNextEntry(new ZipEntry(entry.getName()));
                        from.getInputStream(entry).transferTo(to);
                    }
                }
            }
        }
        return bytes.toByteArray();
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    private void somethingHappened() {
        synchronized (something) {
            happened++;
            something.notifyAll();
        }
    }

    /** Looks again whenever a bundle or a service has changed. */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            long seen;
            synchronized (something) {
                seen = happened;
            }
            if (condition.getAsBoolean()) {
                return;
            }
            synchronized (something) {
                // Things that raise no event, such as a folder being made, are looked for every 50 ms.
                if (seen == happened) {
                    something.wait(50);
                }
            }
            if (System.nanoTime() > deadline) {
                fail("not within " + DEADLINE + ": " + what + "\n"
                        + Arrays.toString(context().getBundles()));
            }
        }
    }

    void awaitAnswer(String answer) throws InterruptedException {
        await("the service answers " + answer, () -> answer.equals(answer()));
    }

    /** What the one dropped service says, or null. */
    String answer() {
        ServiceReference<?> reference = context().getServiceReference(Callable.class);
        Object service = reference == null ? null : context().getService(reference);
        try {
            return service == null ? null : (String) ((Callable<?>) service).call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** What the log service has kept; its classes are the framework's, not ours. */
    String log() {
        try {
            String service = "org.osgi.service.log.LogReaderService";
            Object reader = context().getService(context().getAllServiceReferences(service, null)[0]);
            ClassLoader loader = reader.getClass().getClassLoader();
            Enumeration<?> entries = (Enumeration<?>)
                    loader.loadClass(service).getMethod("getLog").invoke(reader);
            Method message = loader.loadClass("org.osgi.service.log.LogEntry").getMethod("getMessage");
            StringBuilder lines = new StringBuilder();
            while (entries.hasMoreElements()) {
                lines.append(message.invoke(entries.nextElement())).append('\n');
            }
            return lines.toString();
        } catch (ReflectiveOperationException | InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    Bundle bundle(String name) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElse(null);
    }

    boolean isActive(String name, String version) {
        Bundle bundle = bundle(name);
        return bundle != null
                && bundle.getState() == Bundle.ACTIVE
                && bundle.getVersion().toString().equals(version);
    }

    @Override
    public void close() throws Exception {
        framework.stop();
        framework.waitForStop(20_000);
    }
}
