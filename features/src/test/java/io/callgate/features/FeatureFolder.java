// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Writes small features into a folder of a test. */
record FeatureFolder(Path path) {

    static String bundle(String id, int level) {
        return "{\"id\": \"" + id + "\", \"bundleStartLevel\": " + level + "}";
    }

    FeatureFolder with(String name, List<String> requires, String properties, String... bundles) {
        String required = requires.stream()
                .map(other -> "{\"id\": \"io.callgate:io.callgate.features:osgifeature:" + other + ":1\"}")
                .collect(Collectors.joining(", "));
        return write(name, """
                // SPDX-License-Identifier: Apache-2.0
                {
                  "feature-resource-version": "1.0",
                  "id": "io.callgate:io.callgate.features:osgifeature:%s:1",
                  "bundles": [%s],
                  "extensions": {
                    "callgate-requires": {"kind": "mandatory", "type": "artifacts", "artifacts": [%s]},
                    "framework-launching-properties": {"kind": "mandatory", "type": "json", "json": {%s}}
                  }
                }
                """.formatted(name, String.join(", ", bundles), required, properties));
    }

    FeatureFolder write(String name, String text) {
        try {
            Files.createDirectories(path);
            Files.writeString(path.resolve(name + ".json"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    Features read() {
        return Features.read(path);
    }
}
