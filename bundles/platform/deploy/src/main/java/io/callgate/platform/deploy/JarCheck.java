// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.ZipException;

/** Whether a jar is a bundle that can be installed: a whole zip, every entry of it, and a manifest. */
final class JarCheck {

    private JarCheck() {}

    static Content check(Path jar, String hash, byte[] buffer) throws BadJarException, IOException {
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            checkEntries(file, buffer);
            Manifest manifest = file.getManifest();
            if (manifest == null) {
                throw new BadJarException("has no META-INF/MANIFEST.MF: build it as a bundle (bnd-maven-plugin)");
            }
            return BundleManifest.read(manifest, hash, jar);
        } catch (ZipException e) {
            throw new BadJarException(notAZip(jar, e));
        }
    }

    private static void checkEntries(JarFile file, byte[] buffer) throws BadJarException, IOException {
        CRC32 crc = new CRC32();
        for (JarEntry entry : Collections.list(file.entries())) {
            crc.reset();
            try (InputStream in = file.getInputStream(entry)) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    crc.update(buffer, 0, n);
                }
            } catch (ZipException | EOFException e) {
                throw damaged(entry);
            }
            if (entry.getCrc() >= 0 && entry.getCrc() != crc.getValue()) {
                throw damaged(entry);
            }
        }
    }

    private static BadJarException damaged(JarEntry entry) {
        return new BadJarException("is damaged at " + entry.getName() + ": copy it again");
    }

    private static String notAZip(Path jar, ZipException e) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(jar)) {
            head = in.readNBytes(64);
        }
        if (head.length == 0) {
            return "is empty: copy it again";
        }
        if (head.length > 1 && head[0] == 'P' && head[1] == 'K') {
            return e.getMessage() != null && e.getMessage().contains("END")
                    ? "is truncated, or still being written: if nothing follows, copy it again"
                    : "is damaged (" + e.getMessage() + "): copy it again";
        }
        for (byte b : head) {
            if (b < ' ' && b != '\n' && b != '\r' && b != '\t' && b >= 0) {
                return "is no jar: copy the bundle's jar here";
            }
        }
        return "is a text file, no jar: copy the bundle's jar here";
    }
}
