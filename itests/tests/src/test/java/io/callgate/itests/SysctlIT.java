// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A declared kernel parameter is in force, and put back when its configuration goes, whatever happened in between. */
class SysctlIT {

    private static final String PID = "io.callgate.procfs.sysctl~burst";
    private static final Path KEY = Path.of("/proc/sys/kernel/printk_ratelimit_burst");

    @TempDir
    Path folder;

    private Gateway gateway;
    private String original;
    private String declared;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isWritable(KEY), "no permission to set " + KEY);
        original = value();
        declared = Integer.toString(Integer.parseInt(original) + 7);
        gateway = new Gateway(Image.built(), folder.resolve("data")).start();
        gateway.shell("config:set", PID, "key=kernel.printk_ratelimit_burst", "value=" + declared);
        Await.until("the declared value is in force", () -> value().equals(declared));
    }

    @AfterEach
    void restore() throws Exception {
        if (gateway != null) {
            gateway.close();
            Files.writeString(KEY, original);
        }
    }

    @Test
    void theOriginalIsPutBackWhenTheConfigurationIsDeleted() throws Exception {
        assertThat(gateway.shell("sysctl:list")).contains("burst", declared);
        gateway.shell("config:delete", PID);
        Await.until("the original is back", () -> value().equals(original));
    }

    @Test
    void anOrderlyStopLeavesTheValueAndTheNextStartKnowsTheOriginal() throws Exception {
        gateway.terminate();
        assertThat(value()).isEqualTo(declared);
        gateway.start();
        gateway.shell("config:delete", PID);
        Await.until("the original is back", () -> value().equals(original));
    }

    @Test
    void theOriginalIsPutBackAfterAKillAndADeletionMeanwhile() throws Exception {
        gateway.kill9();
        Files.delete(gateway.config(PID));
        assertThat(value()).isEqualTo(declared);
        gateway.start();
        Await.until("the original is back", () -> value().equals(original));
    }

    private static String value() throws IOException {
        return Files.readAllLines(KEY)
                .get(0)
                .strip(); // readString gets the first digit: the kernel gives a number whole
    }
}
