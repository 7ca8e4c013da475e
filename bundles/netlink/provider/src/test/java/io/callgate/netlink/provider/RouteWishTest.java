// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.netlink.IpAddress;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.Route;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteWishTest {

    private static final IpPrefix ANYWHERE = IpPrefix.any(IpAddress.IPV4);
    private static final Route OTHER =
            Route.via(ANYWHERE, IpAddress.of("10.0.0.1")).through(3);

    private final RouteWish wish = new RouteWish(
            null, new RouteWish.Wanted(ANYWHERE, Optional.of(IpAddress.of("10.0.0.2")), "", Route.MAIN, 0));

    @Test
    void aRouteByAnotherRouterIsNotReplaced() {
        Wish.Look seen = wish.look(List.of(OTHER), 0);
        assertThat(seen.state()).isEqualTo(Wish.State.IMPOSSIBLE);
        assertThat(seen.why()).startsWith("there is another route to ").contains("by 10.0.0.1");
    }

    @Test
    void oneOfAnotherMetricIsNotInTheWay() {
        assertThat(wish.look(List.of(OTHER.withPriority(100)), 0).state()).isEqualTo(Wish.State.ABSENT);
    }

    @Test
    void theOneThatIsWantedIsThere() {
        Route own = Route.via(ANYWHERE, IpAddress.of("10.0.0.2")).through(3);
        assertThat(wish.look(List.of(own), 0).state()).isEqualTo(Wish.State.THERE);
    }
}
