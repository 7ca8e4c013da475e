// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.osgi.service.log.Logger;

/**
 * The originals on the medium, one small file for each configuration: written to a temporary file, forced out, renamed,
 * and the folder forced out, so that after a kill or a power cut there is the whole file or none. Not thread safe.
 */
final class Originals {

    private static final String PREFIX = "io.callgate.procfs.sysctl~";
    private static final String TEMPORARY = ".tmp";

    private final Path folder;
    private final Map<String, Original> originals = new LinkedHashMap<>();

    /** Reads what is there; a file that cannot be understood is named in the log and left for inspection. */
    Originals(Path folder, Logger log) throws IOException {
        this.folder = Files.createDirectories(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*")) {
            for (Path file : files) {
                load(file, log);
            }
        }
    }

    private void load(Path file, Logger log) throws IOException {
        if (file.toString().endsWith(TEMPORARY)) {
            Files.delete(file);
            return;
        }
        try {
            Original original = read(file);
            originals.put(original.name(), original);
        } catch (IOException | IllegalArgumentException e) {
            log.warn("{} is no remembered sysctl value, delete it: {}", file, e.getMessage());
        }
    }

    private static Original read(Path file) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        return new Original(
                property(properties, "name"),
                SysctlKey.of(property(properties, "key")),
                property(properties, "original"),
                property(properties, "boot"));
    }

    private static String property(Properties properties, String key) {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException("it has no " + key);
        }
        return value;
    }

    List<Original> all() {
        return List.copyOf(originals.values());
    }

    Optional<Original> of(String name) {
        return Optional.ofNullable(originals.get(name));
    }

    /** The one that is remembered for a setting, whichever configuration it is of. */
    Optional<Original> of(SysctlKey key) {
        return originals.values().stream()
                .filter(each -> each.key().equals(key))
                .findFirst();
    }

    /** Does not return before it is on the medium. */
    void remember(Original original) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("name", original.name());
        properties.setProperty("key", original.key().toString());
        properties.setProperty("original", original.value());
        properties.setProperty("boot", original.bootId());
        StringWriter text = new StringWriter();
        properties.store(text, "A kernel setting before it was changed; deleted when it is put back");
        replace(file(original.name()), text.toString());
        originals.put(original.name(), original);
    }

    void forget(Original original) throws IOException {
        Files.deleteIfExists(file(original.name()));
        originals.remove(original.name());
        force(folder);
    }

    private Path file(String name) {
        return folder.resolve(PREFIX + URLEncoder.encode(name, StandardCharsets.UTF_8));
    }

    private void replace(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        force(folder);
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
