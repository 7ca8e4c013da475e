// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.netlink.Address;
import io.callgate.netlink.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NotifyTest {

    private final List<String> lines = new ArrayList<>();
    private long now;

    @Test
    void whatChangesIsToldAndWhatIsThereIsNot() {
        Changes<Address> changes =
                new Changes<>(lines::add, each -> "address " + each.local(), each -> "address " + each.local());
        Address address = Address.of(2, IpPrefix.of("10.0.0.1/8"));
        changes.existing(List.of(address));
        assertThat(lines).isEmpty();
        changes.added(address);
        changes.changed(address, address.lasting(5, 5));
        changes.removed(address);
        changes.overrun(3);
        assertThat(lines)
                .containsExactly(
                        "address 10.0.0.1/8",
                        "address 10.0.0.1/8 has gone",
                        "events were lost; the difference follows");
    }

    @Test
    void moreThanTheLimitIsCountedAndSaidInTheNextMinute() {
        RateLimit limit = new RateLimit(2, () -> now);
        assertThat(limit.ask().isAllowed()).isTrue();
        assertThat(limit.ask().isAllowed()).isTrue();
        assertThat(limit.ask().isAllowed()).isFalse();
        assertThat(limit.ask().isAllowed()).isFalse();
        now = TimeUnit.SECONDS.toNanos(59);
        assertThat(limit.ask()).isEqualTo(new RateLimit.Verdict(false, 0));
        now = TimeUnit.SECONDS.toNanos(60);
        assertThat(limit.ask()).isEqualTo(new RateLimit.Verdict(true, 3));
        assertThat(limit.ask()).isEqualTo(new RateLimit.Verdict(true, 0));
    }
}
