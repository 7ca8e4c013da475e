// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This machine's own /sys, through plain Java files: its links and its contents are what the parser was made for. */
class RealSysfsTest {

    private static final Path SYS = Path.of("/sys");

    @TempDir
    Path descriptors;

    private SysTree tree;

    @BeforeEach
    void theRealTree() throws IOException {
        FakeLinux kernel = new FakeLinux().disk(SYS).disk(descriptors);
        Path links = descriptors.toRealPath();
        tree = new SysTree(SYS, links, new LinkedFiles(kernel, links), kernel);
    }

    private AttributeFile open(Map<String, Object> configuration) throws Exception {
        return tree.open(Settings.of(SYS, Gateway.config(configuration)));
    }

    @Test
    void theLoopbackInterfacesMtu() throws Exception {
        assumeTrue(Files.exists(Path.of("/sys/class/net/lo/mtu")), "no /sys/class/net/lo/mtu: mount sysfs on /sys");
        try (AttributeFile mtu = open(Map.of("path", "/sys/class/net/l[o]/mtu"))) {
            assertThat(mtu.path()).isEqualTo(Path.of("/sys/devices/virtual/net/lo/mtu"));
            assertThat(mtu.read().integer()).isPositive();
            assertThat(mtu.isThere()).isTrue();
        }
    }
}
