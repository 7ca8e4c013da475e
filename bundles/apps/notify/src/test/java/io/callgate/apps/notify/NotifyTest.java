// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.netlink.Address;
import io.callgate.netlink.AddressListener;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.LinkListener;
import io.callgate.netlink.Uevent;
import io.callgate.netlink.UeventListener;
import java.lang.annotation.Annotation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NotifyTest {

    private final FakeRegistry registry = new FakeRegistry();
    private final FakeLog log = new FakeLog();
    private long now;
    private final Notify notify = new Notify(registry.context(), new Setting(), log.logger(), () -> now);

    private record Setting() implements Notify.Config {

        @Override
        public String links() {
            return " ";
        }

        @Override
        public String addresses() {
            return "(family=4)";
        }

        @Override
        public String devices() {
            return "(SUBSYSTEM=block)";
        }

        @Override
        public int perMinute() {
            return 3;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return Notify.Config.class;
        }
    }

    @AfterEach
    void close() {
        notify.close();
        assertThat(registry.services(AddressListener.class)).isEmpty();
    }

    private List<String> lines() {
        return log.lines();
    }

    @Test
    void itListensByItsFilters() {
        AddressListener addresses = registry.service(AddressListener.class).orElseThrow();
        assertThat(registry.properties(addresses)).containsEntry(LinkListener.FILTER, "(family=4)");
        UeventListener devices = registry.service(UeventListener.class).orElseThrow();
        assertThat(registry.properties(devices)).containsEntry(UeventListener.FILTER, "(SUBSYSTEM=block)");
        assertThat(registry.service(LinkListener.class))
                .as("its filter is empty")
                .isEmpty();
    }

    @Test
    void whatChangesIsToldAndWhatIsThereIsNot() {
        AddressListener addresses = registry.service(AddressListener.class).orElseThrow();
        Address address = Address.of(2, IpPrefix.of("10.0.0.1/8"));
        addresses.existing(List.of(address));
        assertThat(lines()).isEmpty();
        addresses.added(address);
        addresses.changed(address, address.lasting(5, 5));
        addresses.removed(address);
        assertThat(lines()).containsExactly("INFO address 10.0.0.1/8 is there", "INFO address 10.0.0.1/8 has gone");
    }

    @Test
    void moreThanTheLimitIsCountedAndSaidInTheNextMinute() {
        UeventListener devices = registry.service(UeventListener.class).orElseThrow();
        Uevent event = new Uevent("add", "/devices/x", "block", 1, Uevent.Origin.KERNEL, false, Map.of());
        for (int i = 0; i < 5; i++) {
            devices.announced(event);
        }
        now = Duration.ofSeconds(59).toNanos();
        devices.announced(event);
        assertThat(lines()).hasSize(3).containsOnly("INFO block /devices/x add");
        now = Duration.ofSeconds(60).toNanos();
        devices.announced(event);
        devices.announced(event);
        assertThat(lines().subList(3, 5))
                .containsExactly(
                        "INFO block /devices/x add (3 lines before it were too many for a minute)",
                        "INFO block /devices/x add");
    }
}
