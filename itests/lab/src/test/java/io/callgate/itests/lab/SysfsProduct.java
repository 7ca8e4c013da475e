// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import io.callgate.itests.harness.Image;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The image's bundles that have a part in sensors and LEDs: each takes its time to start in emulation. */
final class SysfsProduct {

    private static final String OURS = "io.callgate.";
    private static final String NEEDED = "io\\.callgate\\.(linux|resource|sysfs|platform\\.(api|config|log))[.-].*";

    private SysfsProduct() {}

    static Product start(Path folder) throws Exception {
        List<Path> bundles = Image.built().startList().stream()
                .filter(SysfsProduct::isNeeded)
                .toList();
        return Product.start(folder, Map.of(), bundles);
    }

    private static boolean isNeeded(Path jar) {
        String name = jar.getFileName().toString();
        return !name.startsWith(OURS) || name.matches(NEEDED);
    }
}
