// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.osgi.framework.BundleActivator;

/** A small image in a temporary folder, whose bundles are made of classes of the test. */
final class TestImage {

    final Path home;
    private final List<String> startList = new ArrayList<>();

    TestImage(Path home) throws IOException {
        this.home = home;
        Files.createDirectories(home.resolve("bundles"));
        version("0.1.0");
    }

    TestImage version(String version) throws IOException {
        Files.writeString(home.resolve(Image.PROPERTIES), Image.VERSION + "=" + version + "\n");
        return this;
    }

    /** A bundle with that activator and nothing else. */
    TestImage bundle(int startLevel, String name, String version, Class<? extends BundleActivator> activator)
            throws IOException {
        jar(name, version, activator);
        String line = startLevel + " bundles/" + name + ".jar";
        if (!startList.contains(line)) {
            startList.add(line);
        }
        Files.write(home.resolve(StartList.FILE), startList);
        return this;
    }

    Path jar(String name, String version, Class<? extends BundleActivator> activator) throws IOException {
        Path jar = home.resolve("bundles/" + name + ".jar");
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", name);
        main.putValue("Bundle-Version", version);
        main.putValue("Import-Package", "org.osgi.framework");
        main.putValue("Bundle-Activator", activator.getName());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            String entry = activator.getName().replace('.', '/') + ".class";
            out.putNextEntry(new ZipEntry(entry));
            try (InputStream content = activator.getClassLoader().getResourceAsStream(entry)) {
                content.transferTo(out);
            }
            out.closeEntry();
        }
        return jar;
    }

    Image read() throws LaunchException {
        return Image.read(home);
    }
}
