// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.callgate.netlink.AttributeDecoder;
import io.callgate.netlink.IpAddress;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.Netlink;
import io.callgate.netlink.NetlinkListener;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.Route;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Listening makes no garbage before the listener's own record. */
class HotPathTest {

    private static final int EVENTS = 10_000;

    private final FakeNetlink net = new FakeNetlink();
    private long sum;

    private long allocatedBy(NetlinkListener listener) throws Exception {
        NetlinkSocket socket = NetlinkSocket.open(net.door(), Netlink.ROUTE, NetlinkSettings.DEFAULT);
        try (SocketSubscription subscription = new SocketSubscription(net.door(), socket, listener, closed -> {})) {
            Route route = Route.via(IpPrefix.of("10.0.0.0/8"), IpAddress.of("10.0.0.1"));
            byte[] event = FakeNetlink.message(24, 0, 0, 0, RouteCodec.put(route, 0));
            FakeNetlink.Datagram datagram = new FakeNetlink.Datagram(event, 0);
            FakeNetlink.Socket fake = net.opened.get(net.opened.size() - 1);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long allocated = 0;
            for (int round = 0; round < 5; round++) { // the first ones compile
                for (int i = 0; i < EVENTS; i++) {
                    fake.queue.add(datagram);
                }
                long before = threads.getCurrentThreadAllocatedBytes();
                subscription.drainAll();
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            return allocated;
        }
    }

    private void read(MessageDecoder message) throws IOException {
        AttributeDecoder attributes = message.attributes(12);
        while (attributes.next()) {
            sum += attributes.type() == 5 ? attributes.be32() : attributes.length();
        }
    }

    @Test
    void anEventThatIsReadInPlaceMakesNoGarbage() throws Exception {
        assertThat(allocatedBy(this::read))
                .as("bytes for " + EVENTS + " events")
                .isLessThan(EVENTS);
        assertThat(sum).isNotZero();
    }

    @Test
    void theMeasureSeesARecordForEachEvent() throws Exception {
        RouteCodec codec = new RouteCodec();
        assertThat(allocatedBy(message -> sum += codec.parse(message).table())).isGreaterThan(EVENTS * 50L);
    }
}
