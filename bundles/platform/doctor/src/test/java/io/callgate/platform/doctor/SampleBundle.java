// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** A small bundle, made in memory. */
final class SampleBundle {

    private final String name;
    private final Manifest manifest = new Manifest();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final List<String> components = new ArrayList<>();

    SampleBundle(String name) {
        this.name = name;
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        header("Bundle-ManifestVersion", "2").header("Bundle-SymbolicName", name);
    }

    SampleBundle header(String key, String value) {
        manifest.getMainAttributes().putValue(key, value);
        return this;
    }

    SampleBundle text(String path, String text) {
        entries.put(path, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    SampleBundle type(Class<?> type) throws IOException {
        String path = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getResourceAsStream("/" + path)) {
            entries.put(path, in.readAllBytes());
        }
        return this;
    }

    /** A component; {@code attributes} and {@code content} are as in its XML. */
    SampleBundle component(String component, Class<?> type, String attributes, String content) throws IOException {
        String path = "OSGI-INF/" + component + ".xml";
        components.add(path);
        header("Service-Component", String.join(", ", components));
        text(
                path,
                "<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.4.0\" name=\"" + component + "\" "
                        + attributes + "><implementation class=\"" + type.getName() + "\"/>" + content
                        + "</scr:component>");
        return type(type);
    }

    Bundle install(BundleContext context) throws IOException, BundleException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
            }
        }
        return context.installBundle("sample:" + name, new ByteArrayInputStream(bytes.toByteArray()));
    }
}
