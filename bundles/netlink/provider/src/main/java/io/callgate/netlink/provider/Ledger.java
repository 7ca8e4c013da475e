// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Remembers what a configuration has made, so that nothing else is removed with it, also after a restart; not after a boot. */
final class Ledger {

    private static final String BOOT = "boot";
    private static final String NAMESPACE = "in";

    private final Path file;
    private final Path bootId;
    private final String namespace;

    /**
     * @param folder where to remember it; null if there is none, and then nothing is remembered
     * @param name of the configuration, with its kind
     * @param namespace of the network; what was made in another is not removed from this one
     */
    Ledger(Path folder, String name, Path bootId, String namespace) {
        this.file = folder == null ? null : folder.resolve(name.replaceAll("[^A-Za-z0-9._~-]", "_") + ".properties");
        this.bootId = bootId;
        this.namespace = namespace;
    }

    /** What was made since the machine was started, by its identity; empty if nothing was. */
    Map<String, String> made() throws IOException {
        if (file == null || !Files.exists(file)) {
            return Map.of();
        }
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        boolean here = namespace.equals(properties.remove(NAMESPACE));
        if (!boot().equals(properties.remove(BOOT)) || !here) {
            return Map.of();
        }
        Map<String, String> identity = new HashMap<>();
        properties.forEach((key, value) -> identity.put(key.toString(), value.toString()));
        return identity;
    }

    void remember(Map<String, String> identity) throws IOException {
        if (file == null) {
            return;
        }
        Properties properties = new Properties();
        properties.putAll(identity);
        properties.put(BOOT, boot());
        properties.put(NAMESPACE, namespace);
        Files.createDirectories(file.getParent());
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try (Writer out = Files.newBufferedWriter(written)) {
            properties.store(out, null);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void forget() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    private String boot() throws IOException {
        return Files.readAllLines(bootId).get(0);
    }
}
