// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data folder whose disk is full or read-only: a sentence, the last good state serves, and the gateway runs on. */
class BadDiskIT {

    private static final String PID = "io.callgate.sysfs.attribute~lo-mtu";

    @TempDir
    Path folder;

    private Path disk;
    private Gateway gateway;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        Ran mount = run("mount", "-t", "tmpfs", "-o", "size=64m", "none", disk.toString());
        assumeTrue(mount.status() == 0, "no permission to mount a tmpfs: " + mount.text());
        gateway = new Gateway(Image.built(), disk.resolve("data"));
    }

    @AfterEach
    void unmount() throws Exception {
        if (gateway != null) {
            gateway.close();
            run("umount", "-l", disk.toString());
        }
    }

    @Test
    void aFullDiskRefusesAConfigurationAndLosesNone() throws Exception {
        gateway.start();
        String before = Files.readString(gateway.config(PID));
        Path filler = fill();

        Ran refused = gateway.tryShell("config:set", PID, "unit=octets");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.text().lines()).hasSize(1);
        assertThat(refused.text()).containsIgnoringCase("space").doesNotContain("Exception");
        assertThat(Files.readString(gateway.config(PID))).isEqualTo(before);
        assertThat(gateway.shell("sysfs:read", "lo-mtu")).contains("bytes");

        Files.delete(filler);
        gateway.shell("config:set", PID, "unit=octets");
        assertThat(Files.readString(gateway.config(PID))).contains("octets");
        assertThat(gateway.terminate()).isZero();
    }

    @Test
    void aFolderThatBecomesReadOnlyIsASentenceAndTheGatewayRunsOn() throws Exception {
        gateway.start();
        String configs = gateway.data().resolve("configs").toString();
        assertThat(run("mount", "--bind", configs, configs).status()).isZero();
        assertThat(run("mount", "-o", "remount,bind,ro", configs).status()).isZero();

        Ran refused = gateway.tryShell("config:set", PID, "unit=octets");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.text().lines()).hasSize(1);
        assertThat(refused.text()).containsIgnoringCase("read-only").doesNotContain("Exception");
        assertThat(gateway.shell("sysfs:read", "lo-mtu")).contains("bytes");
        assertThat(gateway.shell("health:status")).contains("load");
    }

    @Test
    void aReadOnlyDataFolderAtTheStartIsASentence() throws Exception {
        assertThat(run("mount", "-o", "remount,ro", disk.toString()).status()).isZero();
        Ran ran = gateway.callgate("run", "--data", gateway.data().toString());
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.text().lines()).hasSize(1);
        assertThat(ran.text()).contains(disk.toString()).doesNotContain("Exception");
    }

    private Path fill() throws IOException {
        Path filler = disk.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] page = new byte[4096];
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            return filler;
        }
    }

    private static Ran run(String... command) throws IOException {
        return Ran.of(Duration.ofSeconds(10), List.of(command));
    }
}
