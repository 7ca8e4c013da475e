// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Writes jars of a test. */
final class SmallJar {

    private SmallJar() {}

    /** @param licence text of its licence file, or null for none */
    static Path write(Path jar, Map<String, String> attributes, String licence) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.forEach(manifest.getMainAttributes()::putValue);
        Files.createDirectories(jar.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            if (licence != null) {
                out.putNextEntry(new ZipEntry("META-INF/LICENSE"));
                out.write(licence.getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }
}
