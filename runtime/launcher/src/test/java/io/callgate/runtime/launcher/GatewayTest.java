// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real launchers, each in a JVM of its own. */
class GatewayTest {

    private static final String LIVE = "is live after";

    @TempDir
    private Path folder;

    private Path home;
    private Path data;
    private TestImage image;

    @BeforeEach
    void image() throws IOException {
        home = folder.resolve("image");
        data = folder.resolve("data");
        image = new TestImage(home)
                .bundle(1, "first", "1.0.0", TestActivators.Talking.class)
                .bundle(3, "last", "1.0.0", TestActivators.Talking.class);
    }

    private Launch run(String... options) throws IOException {
        return new Launch(home, data, "run", options);
    }

    @Test
    void startsByLevelAndStopsInReverseOnSigterm() throws Exception {
        try (Launch gateway = run().until(LIVE)) {
            gateway.terminate();

            assertThat(gateway.await()).isEqualTo(ExitCode.OK.code());
            assertThat(gateway.lines())
                    .containsSubsequence(
                            "first 1.0.0 started", "last 1.0.0 started", "last 1.0.0 stopped", "first 1.0.0 stopped");
            assertThat(gateway.lines()).anyMatch(line -> line.contains("2 of 2 bundles active"));
        }
    }

    @Test
    void isRefusedWhereAnotherRuns() throws Exception {
        try (Launch gateway = run().until(LIVE);
                Launch second = run()) {
            assertThat(second.await()).isEqualTo(ExitCode.ALREADY_RUNNING.code());
            assertThat(second.lines())
                    .singleElement()
                    .asString()
                    .startsWith("callgate: already running, pid " + gateway.pid() + ", data folder " + data);
        }
    }

    @Test
    void startsAfterAKill() throws Exception {
        try (Launch killed = run().until(LIVE)) {
            killed.kill();
            killed.await();
        }
        try (Launch again = run().until(LIVE)) {
            again.terminate();
            assertThat(again.await()).isEqualTo(ExitCode.OK.code());
        }
    }

    @Test
    void endsWithTheRestartCodeWhenTheFrameworkIsUpdated() throws Exception {
        image.bundle(3, "restarting", "1.0.0", TestActivators.Restarting.class);

        try (Launch gateway = run()) {
            assertThat(gateway.await()).isEqualTo(ExitCode.RESTART.code());
            assertThat(gateway.lines()).contains("last 1.0.0 stopped");
        }
    }

    @Test
    void endsWithoutABundleThatHangsAndNamesIt() throws Exception {
        image.bundle(2, "hanging", "1.0.0", TestActivators.Hanging.class);

        try (Launch gateway = run().until(LIVE)) {
            gateway.terminate();

            assertThat(gateway.await()).isEqualTo(ExitCode.FAILED.code());
            assertThat(gateway.lines()).anyMatch(line -> line.contains("still stopping: hanging 1.0.0"));
        }
    }

    @Test
    void startsThePlatformAloneOnceWhenSafeModeWasAskedFor() throws Exception {
        Files.writeString(home.resolve(Image.PROPERTIES), SafeMode.BUNDLES + "=system/, bundles/fir\n");
        Files.createDirectories(data);
        Files.writeString(data.resolve(SafeMode.MARKER), "3 watchdog resets within 30 min\n");

        try (Launch gateway = run().until("SAFE MODE: 3 watchdog resets within 30 min; only the platform runs")) {
            try (Launch status = new Launch(home, data, "status")) {
                status.await();
                assertThat(status.lines()).last().asString().startsWith("SAFE MODE: 3 watchdog resets");
            }
            gateway.terminate();
            gateway.await();
            assertThat(gateway.lines()).contains("first 1.0.0 started").doesNotContain("last 1.0.0 started");
        }
        try (Launch whole = run().until(LIVE)) {
            whole.terminate();
            whole.await();
            assertThat(whole.lines())
                    .contains("first 1.0.0 started", "last 1.0.0 started")
                    .noneMatch(line -> line.contains("SAFE MODE"));
        }
    }

    @Test
    void aStartInSafeModeLeavesTheCacheAlone() throws Exception {
        Files.writeString(
                home.resolve(Image.PROPERTIES), Image.VERSION + "=0.1.0\n" + SafeMode.BUNDLES + "=bundles/fir\n");
        settle(run());
        Files.writeString(data.resolve(SafeMode.MARKER), "because");
        try (Launch safe = run().until("SAFE MODE")) {
            safe.terminate();
            safe.await();
        }
        assertThat(data.resolve("cache/product")).exists();
    }

    @Test
    void stopsWhenTheParentItWasToldOfHasGone() throws Exception {
        Process parent = new ProcessBuilder("cat").start();
        try (Launch gateway = run("-D" + Gateway.PARENT + "=" + parent.pid()).until(LIVE)) {
            parent.destroy();

            assertThat(gateway.await()).isEqualTo(ExitCode.OK.code());
        }
    }

    @Test
    void makesTheCacheAnewForAnotherVersionOfTheProduct() throws Exception {
        settle(run());
        image.version("0.2.0");

        try (Launch gateway = run().until(LIVE)) {
            assertThat(gateway.lines())
                    .contains("callgate: the bundle cache is made anew: product 0.1.0 is now 0.2.0,"
                            + " framework.properties has changed");
        }
    }

    @Test
    void updatesABundleWhoseJarHasChangedAndKeepsTheCache() throws Exception {
        settle(run());
        image.jar("last", "1.0.1", TestActivators.Talking.class);

        try (Launch gateway = run().until(LIVE)) {
            assertThat(gateway.lines())
                    .contains("callgate: last 1.0.1 updated: the image's jar has changed", "last 1.0.1 started")
                    .noneMatch(line -> line.contains("made anew"));
        }
    }

    @Test
    void makesACacheThatDoesNotOpenAnew() throws Exception {
        settle(run());
        DataFolder.delete(data.resolve("cache/felix"));
        Files.createFile(data.resolve("cache/felix"));

        try (Launch gateway = run().until(LIVE)) {
            assertThat(gateway.lines()).anyMatch(line -> line.startsWith("callgate: the bundle cache is made anew: "));
        }
    }

    @Test
    void saysWhatIsWrongWithTheDataFolder() throws Exception {
        Files.createFile(data);

        try (Launch gateway = run()) {
            assertThat(gateway.await()).isEqualTo(ExitCode.FAILED.code());
            assertThat(gateway.lines()).singleElement().asString().contains("--data DIR");
        }
    }

    @Test
    void answersStatusAndStop() throws Exception {
        try (Launch gateway = run().until(LIVE).until("data ");
                Launch status = new Launch(home, data, "status");
                Launch stop = awaited(status, "stop")) {
            assertThat(status.lines()).anyMatch(line -> line.startsWith("running    pid " + gateway.pid()));
            assertThat(stop.await()).isEqualTo(ExitCode.OK.code());
            assertThat(gateway.await()).isEqualTo(ExitCode.OK.code());
        }
        try (Launch status = new Launch(home, data, "status")) {
            assertThat(status.await()).isEqualTo(ExitCode.NOT_RUNNING.code());
        }
    }

    private Launch awaited(Launch before, String command) throws IOException, InterruptedException {
        assertThat(before.await()).isEqualTo(ExitCode.OK.code());
        return new Launch(home, data, command);
    }

    /** Runs it until the cache's record is on the disk. */
    private void settle(Launch launch) throws Exception {
        try (Launch gateway = launch.until(LIVE)) {
            gateway.terminate();
            assertThat(gateway.await()).isEqualTo(ExitCode.OK.code());
        }
        assertThat(data.resolve("cache/product")).exists();
    }
}
