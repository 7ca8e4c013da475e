// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.itests.lab.GpioBench.IN;
import static io.callgate.itests.lab.GpioBench.OUT;
import static io.callgate.itests.lab.GpioBench.line;
import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.Direction;
import io.callgate.gpio.LineChange;
import io.callgate.gpio.LineChange.Kind;
import io.callgate.gpio.LineChangeListener;
import io.callgate.gpio.LineRequest;
import io.callgate.itests.harness.Await;
import io.callgate.itests.lab.GpioBench.Chip;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.ServiceRegistration;

/** Who takes and releases lines. Methods have the names of the cases that they take over from tests-info-event. */
@LabTest
@ExtendWith(GpioBench.Resolver.class)
class ChardevInfoEventLabTest {

    /** GPIO_GET_LINEINFO_UNWATCH_IOCTL. */
    private static final String UNWATCH = "0xc004b40c";

    private final List<LineChange> told = new CopyOnWriteArrayList<>();

    /** Registers a listener and waits until the kernel watches a line for it. */
    private ServiceRegistration<?> listen(GpioBench bench, Map<String, ?> filter) throws Exception {
        try (KernelCalls calls = KernelCalls.of("lineinfo_get cmd=%dx:u8")) {
            ServiceRegistration<?> registration = bench.product()
                    .framework()
                    .context()
                    .registerService(LineChangeListener.class, told::add, new Hashtable<>(filter));
            Await.until("a line is watched", () -> calls.seen().stream()
                    .anyMatch(call -> !call.arguments().equals("cmd=0")));
            return registration;
        }
    }

    private List<LineChange> told(int count) {
        Await.until(count + " changes", () -> told.size() >= count);
        return List.copyOf(told);
    }

    @Test
    void request_reconfigure_release_events(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8, Map.of(3, "DOOR"));
        ServiceRegistration<?> registration =
                listen(bench, Map.of("gpio.label", chip.sim().label(), "gpio.offset", 3));
        LineRequest request = bench.request(chip, line(3, IN));
        request.reconfigure(List.of(line(3, OUT)));
        request.close();
        List<LineChange> changes = told(3);
        assertThat(changes)
                .extracting(LineChange::kind)
                .containsExactly(Kind.REQUESTED, Kind.RECONFIGURED, Kind.RELEASED);
        assertThat(changes).extracting(change -> change.line().used()).containsExactly(true, true, false);
        assertThat(changes)
                .extracting(change -> change.line().settings().direction())
                .containsExactly(Direction.INPUT, Direction.OUTPUT, Direction.OUTPUT);
        assertThat(changes).allSatisfy(change -> {
            assertThat(change.line().offset()).isEqualTo(3);
            assertThat(change.line().name()).isEqualTo("DOOR");
            assertThat(change.line().chip()).isEqualTo(chip.sim().name());
            assertThat(change.lost()).isZero();
        });
        assertThat(changes.get(0).line().consumer()).isEqualTo("callgate:bench");
        assertThat(changes.get(0).timestampNanos()).isLessThan(changes.get(1).timestampNanos());
        assertThat(changes.get(1).timestampNanos()).isLessThan(changes.get(2).timestampNanos());
        registration.unregister();
    }

    @Test
    void chip_fd_can_be_polled_for_what_another_program_does(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        ServiceRegistration<?> registration =
                listen(bench, Map.of("gpio.chip", chip.sim().name()));
        GpiodTools.run("gpioset", chip.sim().name(), "5=1");
        List<LineChange> changes = told(2);
        assertThat(changes).extracting(LineChange::kind).containsExactly(Kind.REQUESTED, Kind.RELEASED);
        assertThat(changes.get(0).line().consumer()).isEqualTo("gpioset");
        assertThat(changes.get(0).line().offset()).isEqualTo(5);
        registration.unregister();
    }

    @Test
    void unwatch_and_check_that_no_events_are_generated(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        Map<String, ?> filter = Map.of("gpio.label", chip.sim().label(), "gpio.offset", 3);
        ServiceRegistration<?> registration = listen(bench, filter);
        LineRequest request = bench.request(chip, line(3, IN));
        told(1);
        try (KernelCalls calls = KernelCalls.of("gpio_ioctl cmd=%si:x32")) {
            registration.unregister();
            Await.until("the kernel watches no longer", () -> calls.seen().stream()
                    .anyMatch(call -> call.arguments().equals("cmd=" + UNWATCH)));
        }
        request.close();
        ServiceRegistration<?> again = listen(bench, filter);
        bench.request(chip, line(3, OUT)).close();
        assertThat(told(3)).extracting(LineChange::kind).containsExactly(Kind.REQUESTED, Kind.REQUESTED, Kind.RELEASED);
        again.unregister();
    }
}
