// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads and links the classes that a gateway has loaded, and ends, so that its JVM archives them. It runs none of
 * their code. Classes of bundles come from one class loader here: the JVM knows an archived class of a bundle again by
 * its name and its bytes, whatever loader it has.
 */
final class ClassTrainer {

    private ClassTrainer() {}

    /** Arguments: the image, and a file with the names of classes. */
    public static void main(String[] args) throws IOException, LaunchException {
        Path home = Path.of(args[0]);
        List<URL> jars = new ArrayList<>();
        for (StartList.Entry entry : StartList.read(home).entries()) {
            jars.add(home.resolve(entry.path()).toUri().toURL());
        }
        try (URLClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new))) {
            for (String name : Files.readAllLines(Path.of(args[1]))) {
                load(name, loader);
            }
        }
    }

    private static void load(String name, ClassLoader loader) {
        try {
            Class.forName(name, false, loader).getDeclaredMethods(); // which the JVM links the class for
        } catch (ClassNotFoundException | LinkageError e) {
            // Made at run time, embedded in a bundle, or with an optional import that is absent: not archived.
        }
    }
}
