// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class SettlingTest {

    private static final String HELD =
            "it came more than 3 times within 10000 ms, and is held back until it has stayed for"
                    + " 1000 ms (io.callgate.resource.damping)";

    private final FakeRegistry registry = new FakeRegistry();
    private final FakeDamping damping = new FakeDamping();
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger offered = new AtomicInteger();
    private final Settling settling = new Settling(registry.context(), offered::incrementAndGet, now::get);

    @Test
    void whatComesTooOftenIsHeldBackUntilItHasStayed() {
        registry.damping(damping);
        for (int i = 0; i < 3; i++) {
            assertThat(settling.comes()).isEmpty();
            settling.goes();
        }
        assertThat(settling.comes()).hasValue(HELD);
        settling.goes();
        damping.settleAll();
        assertThat(offered).as("it has gone").hasValue(0);

        assertThat(settling.comes()).hasValue(HELD);
        assertThat(settling.isHeld()).isTrue();
        damping.settleAll();
        assertThat(offered).hasValue(1);
        assertThat(settling.isHeld()).isFalse();
    }

    @Test
    void whatComesNowAndThenIsNeverHeldBack() {
        registry.damping(damping);
        for (int i = 0; i < 100; i++) {
            assertThat(settling.comes()).isEmpty();
            settling.goes();
            now.addAndGet(TimeUnit.SECONDS.toNanos(4));
        }
    }

    @Test
    void withoutTheServiceNothingIsHeldBack() {
        for (int i = 0; i < 100; i++) {
            assertThat(settling.comes()).isEmpty();
            settling.goes();
        }
    }

    @Test
    void ofSeveralThatComeFromOnePlaceTheFirstThatIsAwayComesNext() {
        Settlings settlings = new Settlings(registry.context(), name -> {});
        Settling first = settlings.next("gpio-sim.0");
        first.comes();
        Settling second = settlings.next("gpio-sim.0");
        assertThat(second).isNotSameAs(first);
        second.comes();
        first.goes();
        assertThat(settlings.next("gpio-sim.0")).isSameAs(first);
        assertThat(settlings.next("gpio-sim.1")).isNotSameAs(first);
    }

    @Test
    void aResourceThatFlapsWaitsAndSaysWhy() {
        registry.damping(damping);
        try (ConfiguredResource pump = pump()) {
            flap(pump, 3);
            pump.live(Runnable.class, () -> {});
            assertThat(registry.registered(Runnable.class)).isEmpty();
            assertThat(pump.status().state()).isEqualTo(ResourceState.WAITING);
            assertThat(pump.status().reason()).isEqualTo(HELD);

            pump.live(Runnable.class, () -> {}, Map.of("gpio.line", "PUMP"));
            damping.settleAll();
            assertThat(registry.registered(Runnable.class))
                    .as("with what it said last")
                    .singleElement()
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsEntry("gpio.line", "PUMP");
            assertThat(pump.status().state()).isEqualTo(ResourceState.LIVE);
        }
    }

    @Test
    void oneThatWasHeldBackAndHasGoneStaysAway() {
        registry.damping(damping);
        try (ConfiguredResource pump = pump()) {
            flap(pump, 3);
            pump.live(Runnable.class, () -> {});
            List<Runnable> late = List.copyOf(damping.waiting);
            pump.gone("the plug was pulled");
            late.forEach(Runnable::run); // it was on its way
            assertThat(registry.registered(Runnable.class)).isEmpty();
            assertThat(pump.status().reason()).isEqualTo("the plug was pulled");
        }
    }

    @Test
    void oneThatIsHeldBackHasNothingToHandOver() {
        registry.damping(damping);
        try (ConfiguredResource pump = pump()) {
            flap(pump, 3);
            pump.live(Runnable.class, () -> {});
            pump.handover("its backend is updated");
            assertThat(pump.status().state()).isEqualTo(ResourceState.WAITING);
            damping.settleAll();
            assertThat(registry.registered(Runnable.class)).isEmpty();
            pump.live(Runnable.class, () -> {});
            damping.settleAll();
            assertThat(registry.registered(Runnable.class)).hasSize(1);
        }
    }

    @Test
    void anUpdateThatHandsOverIsNoComing() {
        registry.damping(damping);
        try (ConfiguredResource pump = pump()) {
            for (int i = 0; i < 100; i++) {
                pump.live(Runnable.class, () -> {});
                pump.handover("its backend is updated");
            }
            assertThat(registry.registrations(Runnable.class)).isEqualTo(1);
        }
    }

    /** Whatever the order of events and timers: afterwards there is a service if, and only if, its device is there. */
    @Test
    void afterAnyStormTheServiceIsThereIfItsDeviceIs() {
        registry.damping(damping);
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            boolean there = false;
            try (ConfiguredResource pump = pump()) {
                for (int i = random.nextInt(60); i > 0; i--) {
                    switch (random.nextInt(4)) {
                        case 0 -> damping.settleAll();
                        case 1 -> {
                            pump.gone("gone");
                            there = false;
                        }
                        default -> {
                            pump.live(Runnable.class, () -> {});
                            there = true;
                        }
                    }
                }
                damping.settleAll();
                assertThat(registry.registered(Runnable.class))
                        .as("seed %d", seed)
                        .hasSize(there ? 1 : 0);
                assertThat(pump.status().state() == ResourceState.LIVE).isEqualTo(there);
            }
            assertThat(registry.all()).isEmpty();
            assertThat(damping.waiting).isEmpty();
        }
    }

    private ConfiguredResource pump() {
        return new ConfiguredResource(
                registry.context(), Map.of("service.pid", "io.callgate.gpio.output~pump"), registry.log());
    }

    private static void flap(ConfiguredResource resource, int times) {
        for (int i = 0; i < times; i++) {
            resource.live(Runnable.class, () -> {});
            resource.gone("gone");
        }
    }
}
