// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.felix.framework.Felix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

class ImageLocationsTest {

    private static final String LOCATION = "callgate:bundles/lamp.jar";

    @TempDir
    private Path folder;

    private TestImage image;
    private Felix framework;

    @BeforeEach
    void start() throws Exception {
        image = new TestImage(folder.resolve("image")).bundle(1, "lamp", "1.0.0", TestActivators.Talking.class);
        framework = new Felix(
                Map.of(Constants.FRAMEWORK_STORAGE, folder.resolve("cache").toString()));
        framework.init();
        ImageLocations.register(framework.getBundleContext(), image.read());
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    @Test
    void anUpdateWithoutAStreamReadsTheShippedJarAgain() throws Exception {
        Bundle lamp;
        try (InputStream content = Files.newInputStream(image.home.resolve("bundles/lamp.jar"))) {
            lamp = framework.getBundleContext().installBundle(LOCATION, content);
        }
        image.jar("lamp", "1.0.1", TestActivators.Talking.class);

        lamp.update();

        assertThat(lamp.getVersion()).hasToString("1.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "callgate:framework.properties",
                "callgate:bundles/../bundles/lamp.jar",
                "callgate:../outside.jar",
                "callgate:/etc/hostname",
                "callgate://host/bundles/lamp.jar",
                "callgate:bundles/lamp.jar?other"
            })
    void nothingElseIsRead(String location) throws Exception {
        Files.createFile(folder.resolve("outside.jar"));

        assertThatThrownBy(() -> URI.create(location).toURL().openStream())
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("start.list");
    }
}
