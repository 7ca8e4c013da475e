// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.BundleMaker;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Jars;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars dropped into a running product, good ones and bad ones: each gets one line in the log, and nothing else moves. */
class DeployIT {

    @TempDir
    static Path folder;

    private static final Image IMAGE = Image.built();
    private static Gateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = new Gateway(IMAGE, folder.resolve("data")).start();
    }

    @AfterAll
    static void stop() throws Exception {
        assertThat(gateway.terminate()).isZero();
        gateway.close();
    }

    @Test
    void aNewerVersionOfAShippedBundleIsTakenAndGivenBack() throws Exception {
        Path newer = Jars.withHeader(
                IMAGE.jar("io.callgate.apps.health"), folder.resolve("newer.jar"), "Bundle-Version", "0.9.9");
        Path dropped = gateway.deploy().resolve("health.jar");
        long mark = gateway.mark();
        Files.copy(newer, dropped);
        assertThat(gateway.awaitLog(mark, "health\\.jar")).contains("0.9.9", " ms");
        Await.until("the newer health is active", () -> health().contains("Active") && health().contains("0.9.9"));
        assertThat(gateway.shell("health:status")).contains("load");

        mark = gateway.mark();
        Files.delete(dropped);
        assertThat(gateway.awaitLog(mark, "as shipped")).contains("io.callgate.apps.health", "0.9.9", " ms");
        Await.until("the shipped health is active", () -> health().contains("Active") && !health().contains("0.9.9"));
        assertThat(gateway.shell("health:status")).contains("load");
    }

    @Test
    void aTextFileNamedJarIsOneLine() throws Exception {
        badJar("text.jar", "this is no jar".getBytes());
    }

    @Test
    void aTruncatedJarIsOneLine() throws Exception {
        byte[] whole = Files.readAllBytes(IMAGE.jar("io.callgate.apps.health"));
        badJar("truncated.jar", Arrays.copyOf(whole, whole.length / 2));
    }

    @Test
    void aJarWithoutASymbolicNameIsOneLine() throws Exception {
        Path jar = Jars.withHeader(
                IMAGE.jar("io.callgate.apps.health"), folder.resolve("unnamed.jar"), "Bundle-SymbolicName", null);
        badJar("unnamed.jar", Files.readAllBytes(jar));
    }

    @Test
    void aJarOfAnotherPlatformVersionWaitsAndSaysForWhat() throws Exception {
        Path jar = new BundleMaker("it.future")
                .header("Import-Package", "io.callgate.procfs;version=\"[9,10)\"")
                .write(folder.resolve("future.jar"));
        long mark = gateway.mark();
        Files.copy(jar, gateway.deploy().resolve("future.jar"));
        assertThat(gateway.awaitLog(mark, "future\\.jar")).contains("io.callgate.procfs");
        assertThat(gateway.shell("why", "it.future").lines())
                .hasSize(1)
                .allMatch(l -> l.contains("io.callgate.procfs"));
    }

    @Test
    void aDuplicateIsNamed() throws Exception {
        Path jar = new BundleMaker("it.twice").write(folder.resolve("twice.jar"));
        long mark = gateway.mark();
        Files.copy(jar, gateway.deploy().resolve("twice-a.jar"));
        gateway.awaitLog(mark, "twice-a\\.jar");
        mark = gateway.mark();
        Files.copy(jar, gateway.deploy().resolve("twice-b.jar"));
        assertThat(gateway.awaitLog(mark, "twice-b\\.jar")).contains("twice-a.jar");
    }

    @Test
    void aVersionThatDoesNotStartGivesWayToThePreviousOne() throws Exception {
        Path dropped = gateway.deploy().resolve("fragile.jar");
        long mark = gateway.mark();
        Files.copy(fragile("1.0.0", ""), dropped);
        gateway.awaitLog(mark, "fragile\\.jar");
        Await.until("it runs", () -> bundle("it.fragile").contains("Active"));

        mark = gateway.mark();
        Files.copy(
                fragile("2.0.0", "throw new IllegalStateException(\"no such sensor\");"),
                dropped,
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(gateway.awaitLog(mark, "fragile\\.jar.*no such sensor")).contains("2.0.0", "set aside");
        Await.until(
                "the previous one runs",
                () -> bundle("it.fragile").contains("Active")
                        && bundle("it.fragile").contains("1.0.0"));
        assertThat(gateway.logSince(mark)).doesNotContain("\tat ");
    }

    private void badJar(String name, byte[] content) throws Exception {
        String before = gateway.shell("lb");
        long mark = gateway.mark();
        Files.write(gateway.deploy().resolve(name), content);
        String line = gateway.awaitLog(mark, name.replace(".", "\\."));
        assertThat(line).contains(name);
        assertThat(gateway.shell("lb")).isEqualTo(before);
        assertThat(gateway.logSince(mark).lines().filter(each -> each.contains(name)))
                .hasSize(1);
        assertThat(gateway.deploy().resolve(name)).as("kept for inspection").exists();
    }

    private static String health() throws Exception {
        return bundle("io.callgate.apps.health");
    }

    private static String bundle(String symbolicName) throws Exception {
        return gateway.shell("lb", "-s", symbolicName);
    }

    private static Path fragile(String version, String startStatement) throws Exception {
        String source = """
                package it.fragile;

                public final class Activator implements org.osgi.framework.BundleActivator {
                    public void start(org.osgi.framework.BundleContext context) {
                        context.registerService(Runnable.class, () -> {}, null);
                        %s
                    }

                    public void stop(org.osgi.framework.BundleContext context) {}
                }
                """.formatted(startStatement);
        return new BundleMaker("it.fragile")
                .version(version)
                .source("it.fragile.Activator", source)
                .header("Bundle-Activator", "it.fragile.Activator")
                .against(IMAGE.jar("org.apache.felix.framework"))
                .write(folder.resolve("fragile-" + version + ".jar"));
    }
}
