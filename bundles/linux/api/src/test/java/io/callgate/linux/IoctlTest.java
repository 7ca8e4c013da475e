// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The expected numbers are those a C compiler prints for the kernel's own macros. */
class IoctlTest {

    @Test
    void numbersEqualTheKernelsMacros() {
        assertThat(Ioctl.io('T', 0x00).number()).isEqualTo(0x5400);
        assertThat(Ioctl.ior('W', 0, 40).number()).isEqualTo(0x80285700); // WDIOC_GETSUPPORT
        assertThat(Ioctl.iow('T', 202, Integer.BYTES).number()).isEqualTo(0x400454ca); // TUNSETIFF
        assertThat(Ioctl.iowr('W', 6, Integer.BYTES).number()).isEqualTo(0xc0045706); // WDIOC_SETTIMEOUT
    }

    @Test
    void theSizeIsReadBackFromTheNumber() {
        assertThat(Ioctl.iowr('W', 6, 16383).size()).isEqualTo(16383);
        assertThat(Ioctl.io('L', 1).size()).isZero();
    }

    @Test
    void whatDoesNotFitIntoTheNumberIsRefused() {
        assertThatThrownBy(() -> Ioctl.iow('T', 256, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ioctl.iow('T', 1, 16384)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ioctl.iow('\u0100', 1, 4)).isInstanceOf(IllegalArgumentException.class);
    }
}
