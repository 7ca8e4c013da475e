// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The product as it is unpacked on a device, built by this reactor. */
public record Image(Path home) {

    /** The image of the tree that the system property {@code callgate.root} names. */
    public static Image built() {
        Path home = root().resolve("runtime/image/target/callgate");
        if (!Files.isExecutable(home.resolve("bin/callgate"))) {
            throw new IllegalStateException("there is no image at " + home + ": runtime/run --build-only makes it");
        }
        return new Image(home);
    }

    /** The root of the source tree. */
    public static Path root() {
        return Path.of(System.getProperty("callgate.root", "../.."))
                .toAbsolutePath()
                .normalize();
    }

    /** The one command. */
    public Path command() {
        return home.resolve("bin/callgate");
    }

    /** A jar of the image by its artifact name, whatever its version. */
    public Path jar(String artifact) {
        for (String folder : List.of("bundles", "system", "lib")) {
            try (Stream<Path> jars = Files.list(home.resolve(folder))) {
                List<Path> found = jars.filter(jar -> named(jar, artifact)).toList();
                if (!found.isEmpty()) {
                    return found.get(0);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalArgumentException("no " + artifact + " in " + home);
    }

    /** The bundles that the product starts, in the order of their start levels. */
    public List<Path> startList() {
        try (Stream<String> lines = Files.lines(home.resolve("start.list"))) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line ->
                            home.resolve(line.substring(line.indexOf(' ') + 1).strip()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean named(Path jar, String artifact) {
        String name = jar.getFileName().toString();
        return name.startsWith(artifact + "-") && Character.isDigit(name.charAt(artifact.length() + 1));
    }
}
