// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * The needs of the bundles in folders of jars, read without a framework. A bundle in a later folder replaces the one of
 * the same symbolic name in an earlier, as a drop into {@code deploy/} replaces a shipped bundle.
 */
final class NeedsOfJars {

    private final Map<String, Needs> byBundle = new LinkedHashMap<>();
    private final List<String> mistakes = new ArrayList<>();

    /** Reads the jars of a folder; a folder that is not there has none. */
    NeedsOfJars add(Path folder) {
        List<Path> jars = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.jar")) {
                entries.forEach(jars::add);
            } catch (IOException | DirectoryIteratorException e) {
                mistakes.add(folder + ": cannot be listed: " + reason(e));
            }
        }
        jars.stream().sorted().forEach(this::addJar);
        return this;
    }

    Collection<Needs> needs() {
        return byBundle.values();
    }

    List<String> mistakes() {
        return mistakes;
    }

    private void addJar(Path path) {
        try (JarFile jar = new JarFile(path.toFile(), false)) {
            String bundle = symbolicName(jar).orElse(path.getFileName().toString());
            byBundle.remove(bundle);
            ZipEntry entry = jar.getEntry(NeedsFile.PATH);
            if (entry != null) {
                try (InputStream in = jar.getInputStream(entry)) {
                    byBundle.put(bundle, NeedsFile.read(in, path.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            String message = reason(e);
            boolean named = message.startsWith(path.getFileName().toString());
            mistakes.add(named ? message : path.getFileName() + ": not a readable jar: " + message);
        }
    }

    private static Optional<String> symbolicName(JarFile jar) throws IOException {
        if (jar.getManifest() == null) {
            return Optional.empty();
        }
        Attributes main = jar.getManifest().getMainAttributes();
        return Optional.ofNullable(main.getValue("Bundle-SymbolicName")).map(value -> value.split(";")[0].strip());
    }

    private static String reason(Exception e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }
}
