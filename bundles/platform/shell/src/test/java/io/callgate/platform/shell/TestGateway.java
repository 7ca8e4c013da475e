// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import io.callgate.platform.shell.lamp.Lamp;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.apache.felix.framework.Felix;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;

/** A real framework with the bundles the shell needs, and the shell as bnd has made it in target/classes. */
final class TestGateway implements AutoCloseable {

    private static final String[] BUNDLES = {
        "io.callgate.platform.Nearest",
        "org.osgi.util.function.Function",
        "org.osgi.util.promise.Promise",
        "org.osgi.service.component.ComponentContext",
        "org.apache.felix.log.Activator",
        "org.apache.felix.gogo.command.Activator",
        "org.apache.felix.scr.impl.Activator"
    };

    private final Felix framework;
    private final Path data;
    private final Bundle shell;

    private TestGateway(Felix framework, Path data, Bundle shell) {
        this.framework = framework;
        this.data = data;
        this.shell = shell;
    }

    /** @param data an existing folder */
    static TestGateway start(Path data) throws Exception {
        Map<String, Object> configuration = new HashMap<>();
        configuration.put(Constants.FRAMEWORK_STORAGE, data.resolve("cache").toString());
        configuration.put(ShellServer.DATA, data.toString());
        Felix framework = new Felix(configuration);
        framework.init();
        BundleContext context = framework.getBundleContext();
        List<Bundle> bundles = new ArrayList<>();
        for (String type : BUNDLES) {
            bundles.add(
                    context.installBundle(location(Class.forName(type, false, TestGateway.class.getClassLoader()))));
        }
        bundles.add(context.installBundle(location(CommandNotFoundException.class)));
        Bundle shell = context.installBundle("reference:" + location(ShellServer.class));
        bundles.add(shell);
        bundles.add(context.installBundle(lamp(data.resolve("lamp.jar")).toUri().toString()));
        framework.start();
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        return new TestGateway(framework, data, shell);
    }

    /** A bundle of one class of the tests. */
    private static Path lamp(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, "io.callgate.lamp.provider");
        headers.putValue(Constants.BUNDLE_ACTIVATOR, Lamp.class.getName());
        headers.putValue(Constants.IMPORT_PACKAGE, "org.osgi.framework,org.apache.felix.service.command");
        String entry = Lamp.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                InputStream bytes = Lamp.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new ZipEntry(entry));
            bytes.transferTo(out);
        }
        return jar;
    }

    private static String location(Class<?> type) throws URISyntaxException {
        URL url = type.getProtectionDomain().getCodeSource().getLocation();
        return Path.of(url.toURI()).toUri().toString();
    }

    TestClient connect() throws Exception {
        return TestClient.connect(socket());
    }

    Path socket() {
        return data.resolve(ShellServer.SOCKET);
    }

    Bundle shell() {
        return shell;
    }

    int state() {
        return framework.getState();
    }

    FrameworkEvent waitForStop() throws InterruptedException {
        return framework.waitForStop(10_000);
    }

    @Override
    public void close() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(10_000);
    }
}
