// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.gpio.Level;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.log.Logger;

/**
 * The lines that we have exported, one small file for each. An export outlives whoever made it, and sysfs does not say
 * who that was: so after a kill -9 this tells our own leftovers from what others hold, by the inode of the line's folder.
 *
 * <p>A file of another boot, or about a folder that is no more, means nothing and is deleted. Hence nothing is forced to
 * the medium: what a power cut loses would mean nothing afterwards. Thread safe.
 */
final class Exports {

    private static final String PREFIX = "io.callgate.gpio.sysfs~";
    private static final String TEMPORARY = ".tmp";

    private final Path folder;
    private final String boot;
    private final GpioClass gpio;
    private final Logger log;
    private final Map<Integer, Export> known = new ConcurrentHashMap<>();
    private final Set<Integer> inherited = ConcurrentHashMap.newKeySet();
    private volatile boolean troubled;

    /** Reads what predecessors have left; a file that cannot be understood is named in the log and left for inspection. */
    Exports(Path folder, String boot, GpioClass gpio, Logger log) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.boot = boot;
        this.gpio = gpio;
        this.log = log;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*")) {
            for (Path file : files) {
                load(file);
            }
        }
    }

    private void load(Path file) throws IOException {
        if (file.toString().endsWith(TEMPORARY)) {
            Files.delete(file);
            return;
        }
        try {
            Export export = read(file);
            if (isThere(export)) {
                known.put(export.number(), export);
                inherited.add(export.number());
            } else {
                Files.delete(file);
            }
        } catch (IllegalArgumentException e) {
            log.warn("{} is no remembered export of a GPIO line, delete it: {}", file, e.getMessage());
        }
    }

    private static Export read(Path file) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        return new Export(
                Integer.parseInt(property(properties, "number")),
                property(properties, "line"),
                property(properties, "identity"),
                property(properties, "boot"),
                Optional.ofNullable(properties.getProperty("safe")).map(Level::valueOf));
    }

    private static String property(Properties properties, String key) {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException("it has no " + key);
        }
        return value;
    }

    private boolean isThere(Export export) {
        return export.boot().equals(boot)
                && gpio.identity(export.number())
                        .filter(export.identity()::equals)
                        .isPresent();
    }

    /** True if a line is exported, and we have done it. */
    boolean isOurs(int number) {
        Export export = known.get(number);
        return export != null && isThere(export);
    }

    /** Remembers a line that is exported; without a medium that takes it, only until this process ends. */
    void remember(int number, String line, String identity, Optional<Level> safe) {
        Export export = new Export(number, line, identity, boot, safe);
        inherited.remove(number);
        if (export.equals(known.put(number, export))) {
            return;
        }
        try {
            store(export);
        } catch (IOException e) {
            if (!troubled) {
                troubled = true;
                log.warn(
                        "exported GPIO lines cannot be remembered in {}; after a kill -9 they would be held by \"sysfs\" ({})",
                        folder,
                        e.toString());
            }
        }
    }

    private void store(Export export) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("number", Integer.toString(export.number()));
        properties.setProperty("line", export.line());
        properties.setProperty("identity", export.identity());
        properties.setProperty("boot", export.boot());
        export.safe().ifPresent(level -> properties.setProperty("safe", level.name()));
        StringWriter text = new StringWriter();
        properties.store(text, "A GPIO line that the gateway has exported; deleted when it is given back");
        Path file = file(export.number());
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
        Files.writeString(temporary, text.toString());
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A line was given back, or has gone. */
    void forget(int number) {
        inherited.remove(number);
        if (known.remove(number) != null) {
            try {
                Files.deleteIfExists(file(number));
            } catch (IOException e) { // it means nothing without the folder that it names
                log.debug("{} stays: {}", file(number), e.toString());
            }
        }
    }

    /** Lines that predecessors have left exported and nobody has asked for since. */
    List<Export> unclaimed() {
        List<Export> unclaimed = new ArrayList<>();
        for (int number : inherited) {
            Export export = known.get(number);
            if (export != null && isThere(export)) {
                unclaimed.add(export);
            } else {
                forget(number);
            }
        }
        return unclaimed;
    }

    private Path file(int number) {
        return folder.resolve(PREFIX + number);
    }
}
