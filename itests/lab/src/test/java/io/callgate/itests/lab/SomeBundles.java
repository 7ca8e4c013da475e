// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import io.callgate.itests.harness.Image;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Not all of the product: an emulated machine starts that sooner. */
final class SomeBundles {

    private SomeBundles() {}

    /**
     * The image's start list without these.
     *
     * @param names of our bundles without {@code io.callgate.}, or how they begin: {@code apps}, {@code platform.shell}
     */
    static List<Path> without(String... names) {
        Pattern left = Pattern.compile("io\\.callgate\\.(" + String.join("|", names) + ")\\b.*");
        return Image.built().startList().stream()
                .filter(jar -> !left.matcher(jar.getFileName().toString()).matches())
                .toList();
    }
}
