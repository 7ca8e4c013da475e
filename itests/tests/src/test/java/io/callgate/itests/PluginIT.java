// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Folders;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plugin author does: new-plugin, mvn package outside the tree, copy the jar, type its command. */
class PluginIT {

    @TempDir
    Path folder;

    @Test
    void aNewPluginBuildsOutsideTheTreeAndRunsWhenItsJarIsCopied() throws Exception {
        try (Gateway gateway = new Gateway(Image.built(), folder.resolve("data"))) {
            Path project = folder.resolve("tank-level");
            Ran made = gateway.callgate("new-plugin", "tank-level", "--dir", project.toString());
            assertThat(made.status()).as(made.text()).isZero();

            // Maven keeps what it once took from the image's repository, so ours must not be of an earlier build.
            Path repository = Image.root().resolve("itests/tests/target/plugin-repository");
            Files.createDirectories(repository);
            Folders.delete(repository.resolve("io/callgate"));
            Ran built = Ran.of(
                    Duration.ofMinutes(10),
                    List.of(
                            "mvn",
                            "-q",
                            "-B",
                            "-Dmaven.repo.local=" + repository,
                            "-f",
                            project.resolve("pom.xml").toString(),
                            "package"));
            assertThat(built.status()).as(built.text()).isZero();
            Path jar;
            try (var jars = Files.newDirectoryStream(project.resolve("target"), "*.jar")) {
                jar = jars.iterator().next();
            }
            assertThat(project.resolve("target/surefire-reports"))
                    .as("its unit test ran")
                    .isNotEmptyDirectory();

            gateway.start();
            long mark = gateway.mark();
            Files.copy(jar, gateway.deploy().resolve(jar.getFileName()));
            gateway.awaitLog(mark, jar.getFileName().toString());
            Await.until(
                    "its command answers",
                    () -> gateway.tryShell("tanklevel:show").status() == 0);
            assertThat(gateway.shell("tanklevel:show")).isNotBlank();
            assertThat(gateway.terminate()).isZero();
        }
    }
}
