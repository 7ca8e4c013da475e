// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A jar whose entries are stored and not compressed.
 *
 * <p>At each start the JVM compares what is in the jar with its class-data archive, class by class: what need not be
 * inflated for that is a twentieth of the start. The archive file that is carried to a device compresses it all the same.
 */
final class StoredJar {

    private StoredJar() {}

    /** Copies a jar: the same entries in the same order, with the same times and contents. */
    static void copy(Path jar, Path target) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                out.putNextEntry(stored(entry, content));
                out.write(content);
                out.closeEntry();
            }
        }
    }

    private static ZipEntry stored(ZipEntry entry, byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry stored = new ZipEntry(entry.getName());
        stored.setTimeLocal(entry.getTimeLocal()); // as it is written, whatever the time zone
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(content.length);
        stored.setCrc(crc.getValue());
        return stored;
    }
}
