// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import io.callgate.platform.deploy.fixture.FixtureActivator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Makes tiny bundles. */
final class TestJar {

    private final Manifest manifest = new Manifest();
    private final Map<String, byte[]> entries = new TreeMap<>();

    private TestJar() {
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    }

    static TestJar plain() {
        return new TestJar();
    }

    static TestJar bundle(String name, String version) {
        return plain().header("Bundle-ManifestVersion", "2")
                .header("Bundle-SymbolicName", name)
                .header("Bundle-Version", version);
    }

    TestJar header(String name, String value) {
        manifest.getMainAttributes().putValue(name, value);
        return this;
    }

    TestJar exports(String clause) {
        return header("Export-Package", clause);
    }

    TestJar imports(String clauses) {
        return header("Import-Package", clauses);
    }

    TestJar serves(String services) {
        return active().header("X-Services", services);
    }

    TestJar failing(String message) {
        return active().header("X-Fails", message);
    }

    private TestJar active() {
        String imports = manifest.getMainAttributes().getValue("Import-Package");
        return header("Bundle-Activator", FixtureActivator.class.getName())
                .header("Import-Package", "org.osgi.framework" + (imports == null ? "" : "," + imports));
    }

    /** An immediate component without a service, with a reference if one is named. */
    TestJar component(String name, String reference) {
        String path = "OSGI-INF/" + name + ".xml";
        String xml = "<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.3.0\" name=\"" + name
                + "\" immediate=\"true\"><implementation class=\"" + FixtureActivator.class.getName() + "\"/>"
                + (reference == null ? "" : "<reference name=\"wanted\" interface=\"" + reference + "\"/>")
                + "</scr:component>";
        entries.put(path, xml.getBytes(StandardCharsets.UTF_8));
        return active().header("Service-Component", path);
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            jar.putNextEntry(entry(JarFile.MANIFEST_NAME));
            manifest.write(jar);
            if (manifest.getMainAttributes().getValue("Bundle-Activator") != null) {
                String path = FixtureActivator.class.getName().replace('.', '/') + ".class";
                jar.putNextEntry(entry(path));
                try (InputStream code = FixtureActivator.class.getClassLoader().getResourceAsStream(path)) {
                    code.transferTo(jar);
                }
                jar.closeEntry();
            }
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(entry(entry.getKey()));
                jar.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Without the time, so that the same contents are the same jar. */
    private static ZipEntry entry(String path) {
        ZipEntry entry = new ZipEntry(path);
        entry.setTimeLocal(LocalDateTime.of(2020, 1, 1, 0, 0));
        return entry;
    }
}
