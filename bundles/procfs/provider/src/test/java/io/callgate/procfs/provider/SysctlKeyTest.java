// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlKeyTest {

    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_forward, /proc/sys/net/ipv4/ip_forward, net.ipv4.ip_forward",
        "net/ipv4/ip_forward, /proc/sys/net/ipv4/ip_forward, net.ipv4.ip_forward",
        "net.ipv4.conf.eth0/1.forwarding, /proc/sys/net/ipv4/conf/eth0.1/forwarding, net.ipv4.conf.eth0/1.forwarding",
        "net/ipv4/conf/eth0.1/forwarding, /proc/sys/net/ipv4/conf/eth0.1/forwarding, net.ipv4.conf.eth0/1.forwarding",
    })
    void dotsAndSlashesAreAsInSysctl8(String text, String path, String shown) {
        SysctlKey key = SysctlKey.of(text);
        assertThat(key.below(Path.of("/proc/sys"))).isEqualTo(Path.of(path));
        assertThat(key).hasToString(shown);
        assertThat(SysctlKey.of(shown)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "/",
                "..",
                "net..ipv4",
                "/net/ipv4",
                "net/../../etc/passwd",
                "net/./ipv4",
                "net.//.x",
                "net.ipv4.",
                "net/ipv4/",
                "a\0b"
            })
    void whatLeadsOutOrNowhereIsRefusedWithASentence(String text) {
        assertThatThrownBy(() -> SysctlKey.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("is no sysctl key: write one such as net.ipv4.ip_forward");
    }

    @Test
    void noKeyLeavesTheFolder() {
        Path sys = Path.of("/proc/sys");
        for (String text :
                new String[] {"a/b", "../x", "..", "a/../../x", "a.b", "./.", "//", "a/..", ".../x", "./../x"}) {
            try {
                Path path = SysctlKey.of(text).below(sys);
                assertThat(path.normalize()).isEqualTo(path).startsWithRaw(sys);
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("is no sysctl key");
            }
        }
    }
}
