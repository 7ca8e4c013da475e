// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConfiguredResourceTest {

    private final FakeRegistry registry = new FakeRegistry();
    private final ConfiguredResource lamp = new ConfiguredResource(
            registry.context(), Map.of("service.pid", "io.callgate.gpio.output~lamp"), registry.log());

    @AfterEach
    void close() {
        lamp.close();
    }

    @Test
    void beginsWaitingWithOnlyItsStatusRegistered() {
        assertThat(lamp.status().state()).isEqualTo(ResourceState.WAITING);
        assertThat(registry.registered(ResourceStatus.class))
                .containsExactly(Map.of(
                        "callgate.name",
                        "lamp",
                        "callgate.pid",
                        "io.callgate.gpio.output~lamp",
                        "callgate.state",
                        "waiting"));
    }

    @Test
    void aWaitingResourceSaysWhyAndHasNoService() {
        lamp.live(Runnable.class, () -> {});
        lamp.waiting("no chip lab-gpio");

        assertThat(registry.registered(Runnable.class)).isEmpty();
        assertThat(lamp.status().reason()).isEqualTo("no chip lab-gpio");
        assertThat(registry.logged()).containsExactly("lamp is live", "lamp is waiting: no chip lab-gpio");
    }

    @Test
    void aLiveResourceIsBoundByItsName() {
        lamp.live(Runnable.class, () -> {}, Map.of("gpio.line", "LED"));

        assertThat(registry.registered(Runnable.class))
                .containsExactly(Map.of(
                        "callgate.name", "lamp", "callgate.pid", "io.callgate.gpio.output~lamp", "gpio.line", "LED"));
    }

    @Test
    void theServiceStaysRegisteredDuringAHandoverAndItsCallsWait() throws Exception {
        lamp.live(Runnable.class, () -> {});
        lamp.handover("its backend is being updated");
        assertThat(registry.registrations(Runnable.class)).isEqualTo(1);

        CompletableFuture<Boolean> call = aCallThatWaits();
        lamp.live(Runnable.class, () -> {});

        assertThat(call.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(registry.registrations(Runnable.class)).isEqualTo(1);
    }

    @Test
    void aHandoverThatTakesTooLongEndsTheCallsWait() {
        lamp.live(Runnable.class, () -> {});
        lamp.handover("its backend is being updated");

        assertThat(awaitLive(Duration.ofMillis(1))).isFalse();
    }

    @Test
    void aHandoverThatFailsEndsTheCallsWaitAtOnce() throws Exception {
        lamp.live(Runnable.class, () -> {});
        lamp.handover("its backend is being updated");
        CompletableFuture<Boolean> call = aCallThatWaits();
        lamp.waiting("its backend did not come back");

        assertThat(call.get(5, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void whoLooksDoesNotWaitForThoseWhoAreToldOfTheService() {
        List<Boolean> live = new ArrayList<>();
        registry.whileRegistering(() -> live.add(CompletableFuture.supplyAsync(() -> awaitLive(Duration.ZERO))
                .orTimeout(5, TimeUnit.SECONDS)
                .join()));
        lamp.live(Runnable.class, () -> {});
        assertThat(live).containsExactly(false);
        assertThat(awaitLive(Duration.ZERO)).isTrue();
    }

    @Test
    void stateAndReasonAreOfOneMoment() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Set<String>> seen = CompletableFuture.supplyAsync(() -> {
            Set<String> moments = new TreeSet<>();
            while (!ended.get()) {
                ResourceStatus.Moment now = lamp.status().now();
                moments.add(now.state() + " " + now.reason());
            }
            return moments;
        });
        for (int i = 0; i < 20_000; i++) {
            lamp.waiting("for it");
            lamp.gone("away");
        }
        ended.set(true);
        assertThat(Set.of("WAITING ", "WAITING for it", "GONE away")).containsAll(seen.get(5, TimeUnit.SECONDS));
    }

    @Test
    void onlyALiveResourceHandsOver() {
        assertThatThrownBy(() -> lamp.handover("no"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("lamp is WAITING: only a live resource hands over");
    }

    @Test
    void goneTakesTheServiceAwayAndAClosedOneLeavesNothing() {
        lamp.live(Runnable.class, () -> {});
        lamp.gone("its chip was unplugged");
        assertThat(registry.registered(Runnable.class)).isEmpty();
        assertThat(lamp.status().state()).isEqualTo(ResourceState.GONE);

        lamp.close();
        lamp.close();
        lamp.live(Runnable.class, () -> {});
        assertThat(registry.all()).isEmpty();
    }

    @Test
    void theSameStateForTheSameReasonIsLoggedOnce() {
        lamp.waiting("no chip");
        lamp.waiting("no chip");
        assertThat(registry.logged()).isEqualTo(List.of("lamp is waiting: no chip"));
    }

    @Test
    void aConfigurationWithoutPidIsAProgrammingError() {
        assertThatThrownBy(() -> ConfiguredResource.name(Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    /** Returns when it waits. */
    private CompletableFuture<Boolean> aCallThatWaits() {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread caller = new Thread(() -> answer.complete(awaitLive(Duration.ofSeconds(60))));
        caller.start();
        while (caller.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return answer;
    }

    private boolean awaitLive(Duration limit) {
        try {
            return lamp.awaitLive(limit);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
