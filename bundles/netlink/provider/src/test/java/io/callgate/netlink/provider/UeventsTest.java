// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.Announcement;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.netlink.Uevent;
import io.callgate.netlink.UeventListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.osgi.framework.FrameworkUtil;

/** The kernel's announcements as the door has them, over an update of the provider. */
class UeventsTest {

    private static final Duration MOMENT = Duration.ofMillis(200);
    private static final Duration HANDOVER = Duration.ofSeconds(2);

    private final FakeLinux linux = new FakeLinux();
    private final FakeDispatcher dispatcher = new FakeDispatcher();
    private final FakeLog log = new FakeLog();
    private final List<String> told = new ArrayList<>();
    private final Map<String, Object> properties = Map.of("service.id", 1L);
    private final UeventListener listener = new UeventListener() {
        @Override
        public void announced(Uevent event) {
            told.add(event.action() + " " + event.subsystem());
        }

        @Override
        public void overrun(long events) {
            told.add("lost " + events);
        }
    };

    private Uevents uevents() {
        return new Uevents(new KernelSource(linux), linux, dispatcher, log.logger());
    }

    private void announce(String action, String subsystem) {
        linux.announce(new Announcement(
                action,
                "/devices/x",
                subsystem,
                Map.of("ACTION", action, "DEVPATH", "/devices/x", "SUBSYSTEM", subsystem)));
        linux.turn();
    }

    @Test
    void aListenerIsToldOfWhatItsFilterLetsThrough() throws Exception {
        Uevents uevents = uevents();
        uevents.add(listener, properties, Optional.of(FrameworkUtil.createFilter("(SUBSYSTEM=block)")));
        announce("add", "block");
        assertThat(told).as("nothing is open yet").isEmpty();
        linux.advance(MOMENT);
        announce("add", "block");
        announce("add", "net");
        linux.loseAnnouncements();
        linux.turn();
        announce("remove", "block");
        assertThat(told).containsExactly("add block", "lost 0", "remove block");

        uevents.remove(listener, properties);
        linux.turn();
        announce("add", "block");
        assertThat(told).hasSize(3);
        uevents.close(Duration.ZERO);
    }

    @Test
    void whatIsAnnouncedOverAnUpdateIsToldAfterwards() {
        Uevents uevents = uevents();
        uevents.add(listener, properties, Optional.empty());
        linux.advance(MOMENT);
        announce("add", "block");
        uevents.close(HANDOVER);
        announce("change", "block");
        assertThat(told).containsExactly("add block");

        Uevents successor = uevents();
        successor.add(listener, properties, Optional.empty());
        announce("remove", "block");
        linux.advance(MOMENT);
        linux.turn();
        announce("add", "net");
        assertThat(told).containsExactly("add block", "change block", "remove block", "add net");
        successor.close(Duration.ZERO);
    }

    @Test
    void aListenerThatIsTooSlowForAnUpdateIsToldOfALoss() {
        Uevents uevents = uevents();
        uevents.add(listener, properties, Optional.empty());
        linux.advance(MOMENT);
        dispatcher.hold();
        announce("add", "block");
        uevents.close(HANDOVER); // it waits a second for the listener

        dispatcher.run();
        Uevents successor = uevents();
        successor.add(listener, properties, Optional.empty());
        linux.advance(MOMENT);
        linux.turn();
        announce("add", "net");
        assertThat(told).containsExactly("lost 0", "add net");
        successor.close(Duration.ZERO);
    }
}
