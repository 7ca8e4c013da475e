// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.procfs.MalformedProcException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcSysctlTest {

    private static final String FORWARD = "/proc/sys/net/ipv4/ip_forward";

    private final FakeLinux kernel = new FakeLinux()
            .attribute(FORWARD, "0\n")
            .attribute("/proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n")
            .attribute("/proc/sys/kernel/core_pattern", "\n");
    private final ProcSysctl sysctl = new ProcSysctl(new FakeRegistry().context(), kernel, kernel);

    @Test
    void valuesAreReadAsTextNumberAndList() throws IOException {
        assertThat(sysctl.text("net.ipv4.tcp_rmem")).isEqualTo("4096\t131072\t6291456");
        assertThat(sysctl.list("net.ipv4.tcp_rmem")).containsExactly("4096", "131072", "6291456");
        assertThat(sysctl.number("net/ipv4/ip_forward")).isZero();
        assertThat(sysctl.list("kernel.core_pattern")).isEmpty();
        assertThatThrownBy(() -> sysctl.number("net.ipv4.tcp_rmem"))
                .isInstanceOf(MalformedProcException.class)
                .hasMessageStartingWith("net.ipv4.tcp_rmem is \"4096");
        assertThat(kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aValueIsWrittenAtOnceAndAsALine() throws IOException {
        sysctl.set("net.ipv4.ip_forward", "1");
        assertThat(kernel.written(FORWARD)).containsExactly("1\n");
        assertThat(sysctl.number("net.ipv4.ip_forward")).isEqualTo(1);
        assertThat(kernel.openDescriptors()).isEmpty();
    }

    @Test
    void theKernelsAnswersAreTold() {
        assertThatThrownBy(() -> sysctl.text("net.ipv4.none"))
                .hasMessage("open /proc/sys/net/ipv4/none: ENOENT (No such file or directory)");
        kernel.fail("write", FORWARD, Errno.EINVAL);
        assertThatThrownBy(() -> sysctl.set("net.ipv4.ip_forward", "x"))
                .hasMessage("write /proc/sys/net/ipv4/ip_forward: EINVAL (Invalid argument)");
        assertThat(kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aValueOfWhichTheKernelTookAPartIsAnError() {
        kernel.bytesPerCall(4);
        assertThatThrownBy(() -> sysctl.set("net.ipv4.ip_forward", "1 2 3"))
                .hasMessageStartingWith("net.ipv4.ip_forward took only the first 4 of 6 bytes of \"1 2 3\"");
    }

    @Test
    void aKeyThatLeadsOutIsNotOpened() {
        kernel.attribute("/proc/secret", "x");
        assertThatThrownBy(() -> sysctl.text("../secret")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sysctl.set("net/../../secret", "y")).isInstanceOf(IllegalArgumentException.class);
        assertThat(kernel.value("/proc/secret")).isEqualTo("x");
    }
}
