// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.ID;

/** The features of the product, their versions filled in by the build. */
class ShippedFeaturesTest {

    private static final Path FOLDER = Path.of("target/classes/features");
    private static final Artifacts ARTIFACTS = new Artifacts(Path.of(".."), Path.of("target/repository"));

    private final Features features = Features.read(FOLDER);

    @Test
    void mergeWithoutContradiction() {
        assertThat(features.gateway().getBundles()).isNotEmpty();
    }

    @Test
    void haveAllPlaceholdersFilled() throws IOException {
        for (String name : features.names()) {
            assertThat(Files.readString(FOLDER.resolve(name + ".json")))
                    .as(name)
                    .doesNotContain("${");
        }
    }

    @Test
    void nameNothingOfOtherMakersThatTheBuildDoesNotProvide() {
        for (FeatureBundle bundle : features.gateway().getBundles()) {
            ID id = bundle.getID();
            if (!Artifacts.isOurs(id)) {
                assertThat(ARTIFACTS.jar(id, "a feature")).exists();
            }
        }
    }

    @Test
    void standOnTheBase() {
        for (String name : features.names()) {
            assertThat(features.closure(name))
                    .extracting(FeatureMerge::nameOf)
                    .startsWith("base")
                    .endsWith(name);
        }
    }
}
