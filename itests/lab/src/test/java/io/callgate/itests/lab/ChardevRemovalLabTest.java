// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.itests.lab.GpioBench.IN;
import static io.callgate.itests.lab.GpioBench.OUT;
import static io.callgate.itests.lab.GpioBench.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.RequestConfig;
import io.callgate.itests.harness.Await;
import io.callgate.itests.lab.GpioBench.Chip;
import io.callgate.itests.lab.KernelCalls.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A chip that is taken away while it is in use. Methods begin with the names of the cases of the kernel's selftest
 * gpio-cdev-uaf that have a meaning here.
 */
@LabTest
@ExtendWith(GpioBench.Resolver.class)
class ChardevRemovalLabTest {

    @Test
    void chip_poll_read_the_service_goes(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        chip.sim().unplug();
        awaitGone(bench, chip);
        Await.until(
                "its descriptor is closed",
                () -> descriptors("/dev/" + chip.service().name()).isEmpty());
    }

    @Test
    void chip_ioctl_is_enodev(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        chip.sim().unplug();
        assertThatThrownBy(() -> chip.service().info(0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ENODEV");
        assertThatThrownBy(() -> chip.service().request(RequestConfig.of("bench", 0, IN), new GpioOwner()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ENODEV");
    }

    @Test
    void req_poll_read_the_owner_of_edges_is_told_once(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        GpioOwner owner = new GpioOwner();
        bench.request(chip, owner, 0, line(1, IN.withEdges(EdgeDetection.BOTH)));
        chip.sim().pull(1, true);
        owner.edges(1);
        try (KernelCalls calls = KernelCalls.of("linereq_release")) {
            chip.sim().unplug();
            Await.until("the owner is told", () -> !owner.ends().isEmpty());
            awaitGone(bench, chip);
            assertThat(calls.seen()).extracting(Call::function).containsExactly("linereq_release");
        }
        assertThat(owner.ends()).hasSize(1);
        assertThat(owner.ends().get(0)).startsWith("gone: ").contains("ENODEV");
    }

    @Test
    void req_ioctl_ends_in_enodev_then_in_the_end_of_the_request(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        GpioOwner owner = new GpioOwner();
        LineRequest request = bench.request(chip, owner, 0, line(1, OUT.withSafe(Level.ACTIVE)));
        chip.sim().unplug();
        assertThatThrownBy(() -> request.set(1, 1)).isInstanceOf(IOException.class);
        Await.until("the owner is told", () -> !owner.ends().isEmpty());
        assertThatThrownBy(() -> request.levels(1)).hasMessageContaining("has ended");
        request.close();
        assertThat(owner.ends()).hasSize(1);
    }

    @Test
    void the_chip_comes_back_and_is_used_again(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        GpioOwner owner = new GpioOwner();
        bench.request(chip, owner, 0, line(1, OUT));
        for (int round = 0; round < 5; round++) {
            chip.sim().unplug();
            awaitGone(bench, chip);
            SimChip back = chip.sim().plug();
            GpioChip service = bench.service(chip.sim().label());
            try (LineRequest request =
                    service.request(RequestConfig.of("bench", 1, OUT.withInitial(Level.ACTIVE)), new GpioOwner())) {
                assertThat(request.takenOver()).isFalse();
                assertThat(back.value(1)).isTrue();
            }
        }
        assertThat(owner.ends()).hasSize(1);
    }

    private static void awaitGone(GpioBench bench, Chip chip) {
        Await.until(
                "the service has gone",
                () -> bench.product()
                                .framework()
                                .find(
                                        GpioChip.class.getName(),
                                        GpioBench.filter(chip.sim().label()))
                        == null);
    }

    /** What this process has open that leads there. */
    private static List<Path> descriptors(String target) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(each -> leadsTo(each, target)).toList();
        }
    }

    private static boolean leadsTo(Path descriptor, String target) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith(target);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
