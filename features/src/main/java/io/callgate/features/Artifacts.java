// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.service.feature.ID;

/**
 * Finds the jar of an artifact: ours by the one-name rule ({@code io.callgate.gpio.sysfs} is
 * {@code bundles/gpio/sysfs/target/io.callgate.gpio.sysfs-VERSION.jar}), everybody else's in a folder of Maven's layout.
 *
 * @param root the source tree, whose bundles have been built
 * @param repository a folder in the layout of a Maven repository
 */
public record Artifacts(Path root, Path repository) {

    /** The group of all our artifacts, and the beginning of their names. */
    public static final String GROUP = "io.callgate";

    /**
     * The jar of that id, which exists.
     *
     * @param who names it, for the message: {@code feature procfs}
     * @throws FeatureException if it has not been built or copied
     */
    public Path jar(ID id, String who) {
        Path jar = isOurs(id) ? ours(id) : theirs(id);
        if (!Files.isRegularFile(jar)) {
            String mend = isOurs(id)
                    ? "build it: mvn package -pl " + root.relativize(folder(id))
                    : "declare it in features/pom.xml, with its version in the root pom";
            throw new FeatureException(who + " names " + id + ", but there is no " + jar + "; " + mend);
        }
        return jar;
    }

    /** Whether the bundle is one of the product's own. */
    public static boolean isOurs(ID id) {
        return id.getGroupId().equals(GROUP);
    }

    private Path ours(ID id) {
        return folder(id).resolve("target").resolve(fileName(id));
    }

    private Path folder(ID id) {
        String name = id.getArtifactId();
        if (!name.startsWith(GROUP + ".")) {
            throw new FeatureException("the artifact " + id + " must be named " + GROUP + ".FOLDER.BUNDLE");
        }
        return root.resolve("bundles")
                .resolve(name.substring(GROUP.length() + 1).replace('.', '/'));
    }

    private Path theirs(ID id) {
        return repository
                .resolve(id.getGroupId().replace('.', '/'))
                .resolve(id.getArtifactId())
                .resolve(id.getVersion())
                .resolve(fileName(id));
    }

    private static String fileName(ID id) {
        String classifier = id.getClassifier().map(c -> "-" + c).orElse("");
        return id.getArtifactId() + "-" + id.getVersion() + classifier + "."
                + id.getType().orElse("jar");
    }
}
