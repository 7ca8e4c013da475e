// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleActivator;

/** What a launcher says on standard error while one bundle does not start and another one does not stop. */
class FrameworkLogTest {

    private static final String NOT_STARTED =
            "callgate: unstartable: Error starting callgate:bundles/unstartable.jar: no lamp";
    private static final String NOT_STOPPED =
            "callgate: unstoppable: Error stopping callgate:bundles/unstoppable.jar: the lamp is stuck";

    @TempDir
    private Path folder;

    private TestImage image;

    @BeforeEach
    void image() throws IOException {
        image = new TestImage(folder.resolve("image"))
                .bundle(2, "unstartable", "1.0.0", TestActivators.Failing.class)
                .bundle(2, "unstoppable", "1.0.0", TestActivators.FailingToStop.class);
    }

    private void log(int startLevel, Class<? extends BundleActivator> activator) throws IOException {
        image.bundle(startLevel, "log", "1.0.0", activator);
    }

    private List<String> lines() throws Exception {
        try (Launch gateway = new Launch(image.home, folder.resolve("data"), "run").until("is live after")) {
            gateway.terminate();
            assertThat(gateway.await()).isEqualTo(ExitCode.OK.code());
            return gateway.lines();
        }
    }

    @Test
    void saysItWithoutALog() throws Exception {
        assertThat(lines()).contains(NOT_STARTED, NOT_STOPPED);
    }

    @Test
    void leavesItToALogThatIsReadBeforeAndAfter() throws Exception {
        log(1, TestActivators.Logging.class);

        assertThat(lines()).noneMatch(line -> line.contains("unstartable") || line.contains("unstoppable"));
    }

    @Test
    void saysItWhileTheLogMayBeComingOrGoing() throws Exception {
        log(2, TestActivators.Logging.class);

        assertThat(lines()).contains(NOT_STARTED, NOT_STOPPED);
    }

    @Test
    void saysItWhenTheLogItselfDoesNotStart() throws Exception {
        log(1, TestActivators.Failing.class);

        assertThat(lines())
                .contains("callgate: log: Error starting callgate:bundles/log.jar: no lamp", NOT_STARTED, NOT_STOPPED);
    }
}
