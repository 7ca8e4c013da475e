// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Constants;

/** A bundle with nothing in it, not even the activator that it names. */
final class EmptyBundle {

    private EmptyBundle() {}

    static InputStream withActivator(String absentClass) throws IOException {
        Manifest manifest = manifest("broken");
        manifest.getMainAttributes().putValue(Constants.BUNDLE_ACTIVATOR, absentClass);
        return jar(manifest);
    }

    static InputStream named(String symbolicName) throws IOException {
        return jar(manifest(symbolicName));
    }

    private static Manifest manifest(String symbolicName) {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, symbolicName);
        return manifest;
    }

    private static InputStream jar(Manifest manifest) throws IOException {
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        return new ByteArrayInputStream(jar.toByteArray());
    }
}
