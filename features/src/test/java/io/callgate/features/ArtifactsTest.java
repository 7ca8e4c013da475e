// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.feature.ID;

class ArtifactsTest {

    @TempDir
    private Path root;

    private Artifacts artifacts;

    @BeforeEach
    void artifacts() {
        artifacts = new Artifacts(root, root.resolve("repository"));
    }

    @Test
    void findsOursByTheOneNameRule() throws IOException {
        Path jar = file("bundles/gpio/sysfs/target/io.callgate.gpio.sysfs-0.1.0.jar");

        assertThat(artifacts.jar(id("io.callgate:io.callgate.gpio.sysfs:0.1.0"), "test"))
                .isEqualTo(jar);
    }

    @Test
    void findsOthersInMavensLayout() throws IOException {
        Path jar = file("repository/org/apache/felix/org.apache.felix.scr/2.2.18/org.apache.felix.scr-2.2.18.jar");

        assertThat(artifacts.jar(id("org.apache.felix:org.apache.felix.scr:2.2.18"), "test"))
                .isEqualTo(jar);
    }

    @Test
    void saysWhoNamesAJarThatIsNotBuilt() {
        assertThatThrownBy(() -> artifacts.jar(id("io.callgate:io.callgate.gpio.api:0.1.0"), "feature gpio"))
                .isInstanceOf(FeatureException.class)
                .hasMessageStartingWith("feature gpio names io.callgate:io.callgate.gpio.api:0.1.0, but there is no ")
                .hasMessageEndingWith("io.callgate.gpio.api-0.1.0.jar; build it: mvn package -pl bundles/gpio/api");
    }

    @Test
    void saysWhereToDeclareAJarOfOthers() {
        assertThatThrownBy(() -> artifacts.jar(id("g:n:1"), "feature gpio"))
                .hasMessageStartingWith("feature gpio names g:n:1")
                .hasMessageEndingWith("declare it in features/pom.xml, with its version in the root pom");
    }

    @Test
    void refusesANameThatSaysNoFolder() {
        assertThatThrownBy(() -> artifacts.jar(id("io.callgate:gpio:1"), "feature gpio"))
                .hasMessage("the artifact io.callgate:gpio:1 must be named io.callgate.FOLDER.BUNDLE");
    }

    private static ID id(String coordinates) {
        return Features.SERVICE.getIDfromMavenCoordinates(coordinates);
    }

    private Path file(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }
}
