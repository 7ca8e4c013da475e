// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import static io.callgate.features.FeatureFolder.bundle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.feature.Feature;

class FeaturesTest {

    @TempDir
    private Path path;

    private FeatureFolder folder;

    @BeforeEach
    void folder() {
        folder = new FeatureFolder(path);
    }

    @Test
    void namesAFeatureByItsFile() {
        folder.with("base", List.of(), "", bundle("g:a:1", 1)).with("linux", List.of("base"), "");

        Features features = folder.read();

        assertThat(features.names()).containsExactly("base", "linux");
        assertThat(features.named("base").getBundles()).hasSize(1);
    }

    @Test
    void closesOverWhatIsRequiredRequiredFirst() {
        folder.with("health", List.of("procfs", "sysfs"), "")
                .with("sysfs", List.of("linux"), "")
                .with("procfs", List.of("linux"), "")
                .with("linux", List.of("base"), "")
                .with("base", List.of(), "")
                .with("other", List.of("base"), "");

        assertThat(folder.read().closure("health"))
                .extracting(FeatureMerge::nameOf)
                .containsExactly("base", "linux", "procfs", "sysfs", "health");
    }

    @Test
    void refusesACircle() {
        folder.with("a", List.of("b"), "").with("b", List.of("a"), "");

        assertThatThrownBy(() -> folder.read().closure("a"))
                .isInstanceOf(FeatureException.class)
                .hasMessage("features require each other: a > b > a");
    }

    @Test
    void refusesAnUnknownNameAndListsTheKnown() {
        folder.with("base", List.of(), "").with("sysfs", List.of("bsae"), "");

        assertThatThrownBy(() -> folder.read().closure("sysfs")).hasMessage("no feature bsae; there are base, sysfs");
    }

    @Test
    void refusesAFileWhoseIdIsAnotherName() {
        folder.with("base", List.of(), "");
        folder.write("linux", "{\"id\": \"io.callgate:io.callgate.features:osgifeature:base:1\"}");

        assertThatThrownBy(folder::read)
                .hasMessageContaining("linux.json")
                .hasMessageEndingWith("the classifier linux");
    }

    @Test
    void namesTheFileThatIsNoJson() {
        folder.write("base", "bundles: none");

        assertThatThrownBy(folder::read)
                .isInstanceOf(FeatureException.class)
                .hasMessageContaining("base.json is no OSGi feature");
    }

    @Test
    void refusesAnEmptyFolder() {
        assertThatThrownBy(folder::read).hasMessage("no feature (*.json) in " + path);
    }

    @Test
    void mergesAllIntoTheGateway() {
        folder.with("base", List.of(), "\"felix.log.level\": \"1\"", bundle("g:a:1", 1))
                .with("shell", List.of("base"), "\"x\": 5", bundle("g:a:1", 1), bundle("g:b:1", 5));

        Feature gateway = folder.read().gateway();

        assertThat(FeatureMerge.nameOf(gateway)).isEqualTo("gateway");
        assertThat(gateway.getBundles())
                .extracting(bundle -> bundle.getID().toString())
                .containsExactly("g:a:1", "g:b:1");
        assertThat(gateway.getExtensions()).containsOnlyKeys(StartPlan.PROPERTIES);
        assertThat(FeatureMerge.parse(
                        gateway.getExtensions().get(StartPlan.PROPERTIES).getJSON()))
                .containsOnlyKeys("felix.log.level", "x");
    }

    @Test
    void refusesTwoVersionsOfABundleAndNamesWhoWantsThem() {
        folder.with("a", List.of(), "", bundle("g:n:1", 1)).with("b", List.of(), "", bundle("g:n:2", 1));

        assertThatThrownBy(() -> folder.read().gateway())
                .isInstanceOf(FeatureException.class)
                .hasMessageStartingWith("features a and b differ about g:n: g:n:1")
                .hasMessageContaining("g:n:2");
    }

    @Test
    void refusesTwoStartLevelsOfABundle() {
        folder.with("a", List.of(), "", bundle("g:n:1", 1)).with("b", List.of(), "", bundle("g:n:1", 2));

        assertThatThrownBy(() -> folder.read().gateway()).hasMessageStartingWith("features a and b differ about g:n");
    }

    @Test
    void refusesTwoValuesOfAProperty() {
        folder.with("a", List.of(), "\"p\": \"1\"").with("b", List.of(), "\"p\": \"2\"");

        assertThatThrownBy(() -> folder.read().gateway())
                .hasMessage("features a and b differ about p: \"1\" and \"2\"");
    }
}
