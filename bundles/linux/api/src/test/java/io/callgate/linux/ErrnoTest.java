// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ErrnoTest {

    @Test
    void everyNumberFindsItsConstant() {
        assertThat(Arrays.stream(Errno.values()).filter(errno -> errno != Errno.UNKNOWN))
                .hasSize(131)
                .allSatisfy(errno -> assertThat(Errno.of(errno.number())).isSameAs(errno));
    }

    @Test
    void aNumberOutsideTheTableIsUnknown() {
        assertThat(Errno.of(0)).isSameAs(Errno.UNKNOWN);
        assertThat(Errno.of(-1)).isSameAs(Errno.UNKNOWN);
        assertThat(Errno.of(41)).isSameAs(Errno.UNKNOWN);
        assertThat(Errno.of(100_000)).isSameAs(Errno.UNKNOWN);
    }

    @Test
    void theExceptionSaysCallSubjectAndErrno() {
        ErrnoException busy = new ErrnoException("open", "/dev/watchdog0", Errno.EBUSY);
        assertThat(busy).hasMessage("open /dev/watchdog0: EBUSY (Device or resource busy)");
        assertThat(busy.is(Errno.ENODEV, Errno.EBUSY)).isTrue();
        assertThat(busy.is(Errno.ENODEV)).isFalse();
        assertThat(new ErrnoException("socket", "", Errno.EPERM)).hasMessage("socket: EPERM (Operation not permitted)");
    }
}
