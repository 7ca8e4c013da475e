// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import io.callgate.itests.harness.Image;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Not all of the product: an emulated machine starts that sooner. */
final class SomeBundles {

    /** What every configured service stands on. */
    private static final String BASE = "linux|resource|platform\\.(api|config|log)";

    private SomeBundles() {}

    /**
     * Of the image's start list the upstream bundles, the door, the configured resources, configuration and log, and these.
     *
     * @param names of our bundles without {@code io.callgate.}, or how they begin: {@code gpio}, {@code apps.light}
     */
    static List<Path> with(String... names) {
        Pattern wanted = Pattern.compile("io\\.callgate\\.(" + BASE + "|" + String.join("|", names) + ")\\b.*");
        return Image.built().startList().stream()
                .filter(jar -> !jar.getFileName().toString().startsWith("io.callgate.")
                        || wanted.matcher(jar.getFileName().toString()).matches())
                .toList();
    }
}
