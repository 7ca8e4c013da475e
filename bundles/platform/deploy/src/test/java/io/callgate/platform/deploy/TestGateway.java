// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/** A real Felix in a temporary folder with a deployer whose time is the test's. Events are told as the kernel would. */
final class TestGateway implements AutoCloseable {

    static final Duration SETTLE = Duration.ofMillis(25);

    final Path home;
    final Path data;
    final Path deploy;
    final List<String> log = new ArrayList<>();
    TestAgenda agenda;
    Deployer deployer;
    private Framework framework;
    private final Map<String, byte[]> shipped = new TreeMap<>();

    TestGateway(Path root) throws IOException {
        home = Files.createDirectories(root.resolve("image"));
        data = Files.createDirectories(root.resolve("data"));
        deploy = Files.createDirectories(data.resolve("deploy"));
    }

    /** Puts a bundle into the image. */
    TestGateway ship(String name, TestJar jar) throws IOException {
        Path file = home.resolve("bundles").resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, jar.bytes());
        shipped.put("bundles/" + name, jar.bytes());
        return this;
    }

    TestGateway start() throws BundleException {
        Map<String, String> configuration = new HashMap<>();
        configuration.put(Constants.FRAMEWORK_STORAGE, data.resolve("cache").toString());
        configuration.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "6");
        configuration.put("felix.log.level", "0");
        framework = new FrameworkFactory().newFramework(configuration);
        framework.init();
        for (Map.Entry<String, byte[]> jar : shipped.entrySet()) {
            String location = Fleet.SHIPPED + jar.getKey();
            if (context().getBundle(location) == null) {
                Bundle bundle = context().installBundle(location, new ByteArrayInputStream(jar.getValue()));
                bundle.adapt(BundleStartLevel.class).setStartLevel(4);
                bundle.start(Bundle.START_ACTIVATION_POLICY);
            }
        }
        framework.start();
        deploy();
        return this;
    }

    private void deploy() {
        agenda = new TestAgenda();
        Journal journal = new TestJournal(log);
        SelfUpdate nobody = new SelfUpdate(null, context(), journal);
        Fleet fleet = new Fleet(context(), home, journal);
        deployer = new Deployer(data, agenda, Timing.DEFAULT, fleet, Components.NONE, nobody, journal);
        Deployer here = deployer;
        context().addServiceListener(event -> here.somethingCame());
        deployer.begin();
        agenda.run();
    }

    /** In order, or as after a kill: the deployer hears nothing of it, and the framework's state is what is on disk. */
    TestGateway restart() throws BundleException, InterruptedException {
        stopFramework();
        return start();
    }

    void stopFramework() throws BundleException, InterruptedException {
        deployer.close();
        framework.stop();
        framework.waitForStop(20_000);
    }

    @Override
    public void close() throws BundleException, InterruptedException {
        stopFramework();
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    // ---- what people do to the folder

    /** {@code cp}: new or over the old one. */
    TestGateway copy(String name, byte[] content) throws IOException {
        Files.write(deploy.resolve(name), content);
        deployer.changed(name, agenda.nanoTime());
        return this;
    }

    TestGateway copy(String name, TestJar jar) throws IOException {
        return copy(name, jar.bytes());
    }

    /** {@code install}: unlinks, then writes. */
    TestGateway install(String name, TestJar jar) throws IOException {
        remove(name);
        agenda.run();
        return copy(name, jar);
    }

    TestGateway move(String from, String to) throws IOException {
        Files.move(deploy.resolve(from), deploy.resolve(to), StandardCopyOption.REPLACE_EXISTING);
        deployer.gone(from);
        deployer.changed(to, agenda.nanoTime());
        return this;
    }

    TestGateway remove(String name) throws IOException {
        Files.deleteIfExists(deploy.resolve(name));
        deployer.gone(name);
        return this;
    }

    TestGateway settle() {
        agenda.advance(SETTLE);
        return this;
    }

    TestGateway pass(Duration time) {
        agenda.advance(time);
        return this;
    }

    // ---- what became of it

    Bundle bundle(String name) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElse(null);
    }

    String version(String name) {
        Bundle bundle = bundle(name);
        return bundle == null ? null : bundle.getVersion().toString();
    }

    boolean isActive(String name) {
        Bundle bundle = bundle(name);
        return bundle != null && bundle.getState() == Bundle.ACTIVE;
    }

    ClassLoader loader(String name) {
        return bundle(name).adapt(BundleWiring.class).getClassLoader();
    }

    /** The provider of a package for a bundle, with its version. */
    String wiredTo(String name, String packageName) {
        for (BundleWire wire :
                bundle(name).adapt(BundleWiring.class).getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) {
            if (packageName.equals(wire.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))) {
                Bundle provider = wire.getProvider().getBundle();
                return provider.getSymbolicName() + " " + wire.getProvider().getVersion();
            }
        }
        return null;
    }

    /** Every bundle with its state, and every wire: what has to be the same after a restart. */
    String wiring() {
        TreeSet<String> lines = new TreeSet<>();
        for (Bundle bundle : context().getBundles()) {
            String title = bundle.getSymbolicName() + " " + bundle.getVersion();
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            lines.add(title + " " + (wiring == null ? "unresolved" : bundle.getState()));
            if (wiring != null) {
                for (BundleWire wire : wiring.getRequiredWires(null)) {
                    lines.add(title + " -> " + wire.getProvider().getSymbolicName() + " "
                            + wire.getProvider().getVersion() + " for "
                            + wire.getCapability()
                                    .getAttributes()
                                    .get(wire.getCapability().getNamespace()));
                }
            }
        }
        return String.join("\n", lines);
    }

    String said() {
        return String.join("\n", log);
    }
}
