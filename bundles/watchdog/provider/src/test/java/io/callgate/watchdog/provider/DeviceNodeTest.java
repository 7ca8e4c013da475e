// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers of nodes, on this machine's own. */
class DeviceNodeTest {

    @Test
    void aCharacterDeviceHasItsNumber() throws IOException {
        assertThat(DeviceNode.stat(Path.of("/dev/null"))).isEqualTo(new DeviceNode.Number(1, 3));
        assertThat(DeviceNode.stat(Path.of("/dev/urandom"))).isEqualTo(new DeviceNode.Number(1, 9));
    }

    @Test
    void whatIsNoneHasNone(@TempDir Path folder) throws IOException {
        assertThat(DeviceNode.stat(folder)).isEqualTo(DeviceNode.Number.NONE);
        assertThat(DeviceNode.stat(Files.createFile(folder.resolve("watchdog0"))))
                .isEqualTo(DeviceNode.Number.NONE);
        assertThat(DeviceNode.Number.parse("")).isEqualTo(DeviceNode.Number.NONE);
        assertThat(DeviceNode.Number.parse("a:b")).isEqualTo(DeviceNode.Number.NONE);
    }

    @Test
    void bigNumbersAreThoseOfMakedev() {
        assertThat(DeviceNode.Number.of(248L << 8)).isEqualTo(new DeviceNode.Number(248, 0));
        assertThat(DeviceNode.Number.of(1L << 20 | 10 << 8 | 2)).isEqualTo(new DeviceNode.Number(10, 0x102));
        assertThat(DeviceNode.Number.of(0x1L << 44 | 5 << 8)).isEqualTo(new DeviceNode.Number(0x1005, 0));
        assertThat(DeviceNode.Number.parse("10:130\n")).isEqualTo(new DeviceNode.Number(10, 130));
    }
}
