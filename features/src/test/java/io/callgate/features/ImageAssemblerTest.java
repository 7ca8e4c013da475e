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

class ImageAssemblerTest {

    @TempDir
    private Path root;

    private Path image;
    private ImageAssembler.Inputs inputs;

    @BeforeEach
    void smallProduct() throws IOException {
        image = root.resolve("image");
        write("LICENSE", "the licence");
        jar("repository/g/framework/1/framework-1.jar");
        jar("repository/g/log/1/log-1.jar");
        jar("bundles/gpio/api/target/io.callgate.gpio.api-0.1.0.jar");
        write(
                "bundles/gpio/api/pom.xml",
                "<project><dependencies><dependency><groupId>io.callgate</groupId><artifactId>io.callgate.linux.api"
                        + "</artifactId></dependency></dependencies></project>");
        write("bundles/gpio/testing/pom.xml", "<project/>");
        write("bundles/gpio/testing/target/io.callgate.gpio.testing-0.1.0.jar", "testing");
        write("launcher.jar", "");
        write("skeleton/bin/callgate", "#!/bin/sh\n");
        write("configs/a.json", "{}");
        jar("others/org/osgi/osgi.annotation/8.1.0/osgi.annotation-8.1.0.jar");
        write("others/org/osgi/osgi.annotation/8.1.0/_remote.repositories", "differs from build to build");
        new FeatureFolder(root.resolve("features"))
                .write("base", """
                        {"id": "io.callgate:io.callgate.features:osgifeature:base:1",
                         "bundles": [%s],
                         "extensions": {"launch-framework": {"kind": "mandatory", "type": "artifacts",
                            "artifacts": [{"id": "g:framework:1"}]}}}
                        """.formatted(bundle("g:log:1", 1)))
                .with(
                        "gpio",
                        List.of("base"),
                        "\"p\": \"a\\\\b\"",
                        bundle("io.callgate:io.callgate.gpio.api:0.1.0", 4));
        inputs = new ImageAssembler.Inputs(
                root.resolve("features"),
                new Artifacts(root, root.resolve("repository")),
                root.resolve("launcher.jar"),
                root.resolve("skeleton"),
                root.resolve("configs"),
                root.resolve("others"),
                "0.1.0");
    }

    @Test
    void expandsTheFeatures() throws IOException {
        ImageAssembler.assemble(inputs, image);

        assertThat(Files.readAllLines(image.resolve("start.list")))
                .containsSubsequence("1 system/log-1.jar", "4 bundles/io.callgate.gpio.api-0.1.0.jar")
                .hasSize(3);
        assertThat(image.resolve("system/log-1.jar")).exists();
        assertThat(image.resolve("bundles/io.callgate.gpio.api-0.1.0.jar")).exists();
        assertThat(image.resolve("lib/framework-1.jar")).exists();
        assertThat(image.resolve("lib/launcher.jar")).exists();
        assertThat(image.resolve("configs/a.json")).exists();
        assertThat(image.resolve("bin/callgate")).isExecutable();
        assertThat(Files.readAllLines(image.resolve("framework.properties")))
                .contains("callgate.version=0.1.0", "p=a\\\\b");
    }

    @Test
    void carriesTheLicencesOfAllThatIsInIt() throws IOException {
        ImageAssembler.assemble(inputs, image);

        assertThat(image.resolve("LICENSE")).hasContent("the licence");
        assertThat(image.resolve("NOTICE"))
                .content()
                .contains("framework-1.jar: ", "log-1.jar: ", "osgi.annotation-8.1.0.jar: ")
                .doesNotContain("io.callgate.gpio.api", "launcher.jar");
    }

    @Test
    void writesTheGatewayAsAFeatureThatCanBeRead() throws IOException {
        ImageAssembler.assemble(inputs, image);

        assertThat(Features.read(image.resolve("features")).named("gateway").getBundles())
                .hasSize(2);
    }

    @Test
    void carriesTheApiAsARepository() throws IOException {
        ImageAssembler.assemble(inputs, image);

        Path ours = image.resolve("api/io/callgate");
        assertThat(ours.resolve("io.callgate.gpio.api/0.1.0/io.callgate.gpio.api-0.1.0.jar"))
                .exists();
        assertThat(ours.resolve("io.callgate.gpio.api/0.1.0/io.callgate.gpio.api-0.1.0.pom"))
                .content()
                .contains("<artifactId>io.callgate.linux.api</artifactId><version>0.1.0</version>");
        assertThat(ours.resolve("io.callgate.bom/0.1.0/io.callgate.bom-0.1.0.pom"))
                .content()
                .contains("io.callgate.gpio.api", "io.callgate.gpio.testing", "osgi.annotation");
        assertThat(image.resolve("api/org/osgi/osgi.annotation/8.1.0/_remote.repositories"))
                .doesNotExist();
    }

    @Test
    void replacesAnImageButNotItsData() throws IOException {
        ImageAssembler.assemble(inputs, image);
        write("image/data/configs/mine.json", "{}");
        write("image/bundles/gone-1.jar", "");

        ImageAssembler.assemble(inputs, image);

        assertThat(image.resolve("data/configs/mine.json")).exists();
        assertThat(image.resolve("bundles/gone-1.jar")).doesNotExist();
    }

    @Test
    void leavesTheImageAloneWhenAJarIsMissing() throws IOException {
        ImageAssembler.assemble(inputs, image);
        Files.delete(root.resolve("bundles/gpio/api/target/io.callgate.gpio.api-0.1.0.jar"));

        assertThatThrownBy(() -> ImageAssembler.assemble(inputs, image)).hasMessageStartingWith("feature gpio names ");
        assertThat(image.resolve("bundles/io.callgate.gpio.api-0.1.0.jar")).exists();
    }

    private void jar(String path) throws IOException {
        SmallJar.write(root.resolve(path), Map.of("Bundle-License", "Apache-2.0"), null);
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
