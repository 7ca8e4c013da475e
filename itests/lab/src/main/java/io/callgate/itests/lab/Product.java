// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import io.callgate.linux.KeptHandles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.osgi.framework.Constants;

/**
 * The product's bundles in this JVM, with services to be used by their types: an API that is on the tests' class path is
 * shared with the framework instead of installed there. Add an API to itests/lab/pom.xml and it is shared.
 *
 * <pre>{@code
 * try (Product product = Product.start(folder, Map.of("io.callgate.gpio.output~lamp", "{\"line\": \"LED\"}"))) {
 *     DigitalOutput lamp = product.service(DigitalOutput.class, "(callgate.name=lamp)");
 * }
 * }</pre>
 */
public final class Product implements AutoCloseable {

    private static final Pattern API = Pattern.compile("io\\.callgate\\.|org\\.osgi\\.(service|util)\\.");

    /** Milliseconds of a handover: the guest's processor is emulated, and the first update in a JVM is slow. */
    private static final String SLOW_MACHINE = "6000";

    private final InProcess framework;
    private final Path data;

    private Product(InProcess framework, Path data) {
        this.framework = framework;
        this.data = data;
    }

    /** Starts the image's bundles on a data folder below this one, with these configurations, JSON by PID. */
    public static Product start(Path folder, Map<String, String> configurations) throws Exception {
        return start(folder, configurations, Image.built().startList());
    }

    /** Starts only these of the image's bundles. */
    public static Product start(Path folder, Map<String, String> configurations, List<Path> bundles) throws Exception {
        Path data = folder.resolve("data");
        Path configs = Files.createDirectories(data.resolve("configs"));
        for (Map.Entry<String, String> each : configurations.entrySet()) {
            Files.writeString(configs.resolve(each.getKey() + ".json"), each.getValue());
        }
        Map<String, String> shared = sharedPackages();
        List<Path> installed = bundles.stream()
                .filter(jar -> !shared.containsKey(symbolicName(jar)))
                .toList();
        InProcess framework = new InProcess(
                Image.built(),
                folder,
                Map.of(
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        String.join(",", shared.values()),
                        KeptHandles.HANDOVER,
                        SLOW_MACHINE));
        framework.start(installed);
        return new Product(framework, data);
    }

    /** Of the image's bundles those of these mechanisms ({@code "gpio"}) and what every mechanism stands on; they start sooner. */
    public static List<Path> bundles(String... mechanisms) {
        Set<String> wanted = new HashSet<>(List.of(mechanisms));
        wanted.addAll(List.of("linux", "resource", "platform"));
        return Image.built().startList().stream()
                .filter(jar -> {
                    String name = symbolicName(jar);
                    return !name.startsWith("io.callgate.") || wanted.contains(name.split("\\.")[2]);
                })
                .toList();
    }

    /** Waits for a service and returns it. */
    public <T> T service(Class<T> type, String filter) {
        return type.cast(framework.service(type.getName(), filter));
    }

    /** The framework: bundles to update, services to register. */
    public InProcess framework() {
        return framework;
    }

    /** Writes a configuration's file, as a person would; the service follows. */
    public void configure(String pid, String json) throws IOException {
        Files.writeString(data.resolve("configs").resolve(pid + ".json"), json);
    }

    /** Deletes a configuration's file, as a person would. */
    public void delete(String pid) throws IOException {
        Files.delete(data.resolve("configs").resolve(pid + ".json"));
    }

    /** The data folder. */
    public Path data() {
        return data;
    }

    @Override
    public void close() throws Exception {
        framework.close();
    }

    /** What the class path's APIs export, by their symbolic names: ours, and those of OSGi that ours use in their types. */
    private static Map<String, String> sharedPackages() {
        Map<String, String> shared = new TreeMap<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(element);
            String name = Files.exists(path) ? symbolicName(path) : "";
            String exports = API.matcher(name).lookingAt() ? header(path, Constants.EXPORT_PACKAGE) : null;
            if (exports != null) {
                shared.put(name, exports);
            }
        }
        return shared;
    }

    /** Of a jar, or of a module's target/classes; empty for what is no bundle. */
    private static String symbolicName(Path path) {
        String name = header(path, Constants.BUNDLE_SYMBOLICNAME);
        return name == null ? "" : name.replaceAll(";.*", "");
    }

    private static String header(Path path, String name) {
        try {
            if (!Files.isDirectory(path)) {
                try (JarFile jar = new JarFile(path.toFile())) {
                    return jar.getManifest() == null
                            ? null
                            : jar.getManifest().getMainAttributes().getValue(name);
                }
            }
            Path manifest = path.resolve("META-INF/MANIFEST.MF");
            if (!Files.exists(manifest)) {
                return null;
            }
            try (var in = Files.newInputStream(manifest)) {
                return new Manifest(in).getMainAttributes().getValue(name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
