// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Java command line with the flags that the product runs with, less its class-data archive. */
final class Jvm {

    private static final List<String> PRODUCT_FLAGS =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData");

    private Jvm() {}

    static List<String> command(
            List<String> flags, List<String> properties, String classPath, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(PRODUCT_FLAGS);
        command.addAll(flags);
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        properties.forEach(property -> command.add("-D" + property));
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(List.of(arguments));
        return command;
    }
}
