// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatchdogFlagTest {

    @Test
    void bitsAreThoseOfTheKernelsHeader() {
        assertThat(WatchdogFlag.of(0x0020)).containsExactly(WatchdogFlag.CARDRESET);
        assertThat(WatchdogFlag.of(0x8180))
                .containsExactly(WatchdogFlag.SETTIMEOUT, WatchdogFlag.MAGICCLOSE, WatchdogFlag.KEEPALIVEPING);
        assertThat(WatchdogFlag.of(0)).isEmpty();
        assertThat(WatchdogFlag.of(-1)).hasSize(WatchdogFlag.values().length);
    }

    @Test
    void aBitThatNobodyKnowsIsLeftOut() {
        assertThat(WatchdogFlag.of(0x4001)).containsExactly(WatchdogFlag.OVERHEAT);
    }

    @Test
    void everyCheckInIsCounted() {
        CheckIn checkIn = new CheckIn();
        long before = checkIn.count();
        checkIn.alive();
        checkIn.alive();
        assertThat(checkIn.count()).isEqualTo(before + 2);
    }
}
