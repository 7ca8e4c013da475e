// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The unpacked product, which is only read.
 *
 * @param home its folder
 * @param startList its bundles
 * @param properties what its features want of the framework, and {@value #VERSION}
 */
record Image(Path home, StartList startList, Map<String, String> properties) {

    static final String PROPERTIES = "framework.properties";
    static final String VERSION = "callgate.version";

    static Image read(Path home) throws LaunchException {
        Path file = home.resolve(PROPERTIES);
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new LaunchException(file + " cannot be read: " + e.getMessage() + "; unpack the image again", e);
        }
        Map<String, String> properties = new TreeMap<>();
        read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
        return new Image(home, StartList.read(home), Map.copyOf(properties));
    }

    String version() {
        return properties.getOrDefault(VERSION, "unknown");
    }

    Path jar(StartList.Entry entry) {
        return home.resolve(entry.path());
    }
}
