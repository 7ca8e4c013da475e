// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import static io.callgate.features.FeatureFolder.bundle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartPlanTest {

    @TempDir
    private Path root;

    private FeatureFolder folder;
    private Artifacts artifacts;

    @BeforeEach
    void artifacts() throws IOException {
        folder = new FeatureFolder(root.resolve("features"));
        artifacts = new Artifacts(root, root.resolve("repository"));
        for (String name : List.of("a", "b", "c")) {
            Path jar = root.resolve("repository/g/" + name + "/1/" + name + "-1.jar");
            Files.createDirectories(jar.getParent());
            Files.createFile(jar);
        }
    }

    @Test
    void ordersByStartLevelThenAsListed() {
        folder.with("x", List.of(), "", bundle("g:c:1", 3), bundle("g:b:1", 1), bundle("g:a:1", 1));

        assertThat(StartPlan.of(folder.read().gateway(), artifacts).bundles())
                .extracting(bundle -> bundle.startLevel() + " " + bundle.jar().getFileName())
                .containsExactly("1 b-1.jar", "1 a-1.jar", "3 c-1.jar");
    }

    @Test
    void takesThePropertiesButNotTheSpecificationsMarks() {
        folder.with("x", List.of(), "\"_osgi_featurelauncher_launchprops_version\": \"1.0\", \"n\": 5, \"s\": \"t\"");

        assertThat(StartPlan.of(folder.read().gateway(), artifacts).properties())
                .isEqualTo(Map.of("n", "5", "s", "t"));
    }

    @Test
    void refusesABundleWithoutStartLevel() {
        folder.with("x", List.of(), "", "{\"id\": \"g:a:1\"}");

        assertThatThrownBy(() -> StartPlan.of(folder.read().named("x"), artifacts))
                .hasMessage("feature x: g:a:1 needs a bundleStartLevel of 0 to 100");
    }
}
