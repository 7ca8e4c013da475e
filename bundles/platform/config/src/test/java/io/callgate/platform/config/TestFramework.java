// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** A Felix with Config Admin, the Metatype service, and this bundle as it was just compiled. */
final class TestFramework implements AutoCloseable {

    private static final long DEADLINE_MS = TimeUnit.SECONDS.toMillis(30);

    private final Framework framework;

    TestFramework(Path data, Path home, Path cache) throws Exception {
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, cache.toString());
        properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        properties.put(
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                "org.osgi.service.cm;version=1.6.1,org.osgi.service.metatype;version=1.4.1,"
                        + "org.osgi.service.log;version=1.5.0,"
                        + "org.apache.felix.service.command;version=1.0.0");
        properties.put("felix.cm.pm", ConfigService.NAME);
        properties.put("callgate.data", data.toString());
        properties.put("callgate.home", home.toString());
        framework = new FrameworkFactory().newFramework(properties);
        framework.init();
        List<Bundle> bundles = new ArrayList<>();
        for (Class<?> type : List.of(
                org.osgi.util.function.Function.class,
                org.osgi.util.converter.Converter.class,
                org.apache.felix.cm.json.io.Configurations.class,
                jakarta.json.Json.class,
                org.apache.felix.metatype.MetaData.class,
                org.apache.felix.service.command.CommandProcessor.class,
                io.callgate.platform.Table.class,
                Activator.class,
                org.apache.felix.cm.PersistenceManager.class)) {
            bundles.add(context().installBundle("reference:" + location(type)));
        }
        framework.start();
        for (Bundle bundle : bundles) {
            bundle.start();
        }
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    ConfigurationAdmin admin() throws InterruptedException {
        return await(ConfigurationAdmin.class);
    }

    <T> T await(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context(), type, null);
        tracker.open();
        return tracker.waitForService(DEADLINE_MS);
    }

    /** Installs a bundle that does nothing but describe a PID. */
    Bundle describe(String pid, String attributes) throws IOException, BundleException {
        return describe(pid, "pid=\"" + pid + "\"", attributes);
    }

    /** Installs a bundle that does nothing but describe a factory. */
    Bundle describeFactory(String pid, String attributes) throws IOException, BundleException {
        return describe(pid, "factoryPid=\"" + pid + "\"", attributes);
    }

    private Bundle describe(String pid, String designated, String attributes) throws IOException, BundleException {
        String xml = """
                <?xml version="1.0" encoding="UTF-8"?>
                <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.3.0">
                  <OCD id="ocd" name="Test">%s</OCD>
                  <Designate %s><Object ocdref="ocd"/></Designate>
                </metatype:MetaData>
                """.formatted(attributes, designated);
        Bundle bundle = install("describes." + pid, Map.of(), "OSGI-INF/metatype/metatype.xml", xml);
        bundle.start();
        return bundle;
    }

    /** Installs, and does not start, a bundle whose component is configured by a PID. */
    Bundle declare(String pid) throws IOException, BundleException {
        return install(
                "declares." + pid,
                Map.of("Service-Component", "OSGI-INF/lamp.xml"),
                "OSGI-INF/lamp.xml",
                "<component configuration-pid=\"" + pid + "\"/>");
    }

    private Bundle install(String name, Map<String, String> headers, String entry, String text)
            throws IOException, BundleException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        headers.forEach(manifest.getMainAttributes()::putValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            jar.putNextEntry(new JarEntry(entry));
            jar.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return context().installBundle("test:" + name, new ByteArrayInputStream(bytes.toByteArray()));
    }

    @Override
    public void close() throws Exception {
        framework.stop();
        if (framework.waitForStop(DEADLINE_MS).getType() == org.osgi.framework.FrameworkEvent.WAIT_TIMEDOUT) {
            throw new TimeoutException("the framework does not stop");
        }
    }

    private static String location(Class<?> type) throws Exception {
        Path place =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        return Files.isDirectory(place) ? "file:" + place + "/" : place.toUri().toString();
    }
}
