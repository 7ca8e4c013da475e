// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.itests.lab.GpioBench.IN;
import static io.callgate.itests.lab.GpioBench.OUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.lab.GpioBench.Chip;
import io.callgate.linux.KeptHandles;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;

/**
 * The backend's bundle is updated, its lines go on. Witnesses: kprobes on all that the simulator does with a line, and a
 * line-info watch of our own.
 */
@LabTest
@ExtendWith(GpioBench.Resolver.class)
class ChardevHandoverLabTest {

    private static final int ROUNDS = Integer.getInteger("callgate.updates", 20);
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final String[] DRIVER = {
        "gpio_sim_set offset=%si:u32",
        "gpio_sim_set_multiple",
        "gpio_sim_direction_output offset=%si:u32",
        "gpio_sim_direction_input offset=%si:u32",
        "gpio_sim_set_config offset=%si:u32",
        "gpio_sim_free offset=%si:u32"
    };
    private static final LineSettings LAMP = OUT.withInitial(Level.ACTIVE).withSafe(Level.INACTIVE);
    private static final LineSettings BOTH = IN.withEdges(EdgeDetection.BOTH);

    /**
     * Rounds of updates, until so many were quick enough. An emulated machine with much else to do may take longer for one
     * than the handover lasts; then the lines were released in order, which is another test.
     */
    private static final class Rounds {

        private static final long HANDOVER = KeptHandles.DEFAULT_HANDOVER.toNanos();

        private int wanted;
        private int tries;
        private long began;

        Rounds(int wanted) {
            this.wanted = wanted;
            this.tries = 10 * wanted;
        }

        boolean next() {
            assertThat(tries--)
                    .as("tries, since updates were slower than a handover")
                    .isPositive();
            began = System.nanoTime();
            return wanted > 0;
        }

        /** True if what follows the update must have found the lines. */
        boolean wasInTime() {
            boolean inTime = System.nanoTime() - began < HANDOVER;
            wanted -= inTime ? 1 : 0;
            return inTime;
        }
    }

    private static Bundle backend(GpioBench bench) {
        return bench.product().framework().bundle("io.callgate.gpio.chardev");
    }

    @Test
    void an_output_that_is_held_does_not_change_when_the_backend_is_updated(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        RequestConfig config = RequestConfig.of("lamp", 1, LAMP);
        GpioOwner owner = new GpioOwner();
        LineRequest request = chip.service().request(config, owner);
        int updates = 0;
        try (KernelCalls calls = KernelCalls.of(DRIVER);
                InfoWatch watch = new InfoWatch(bench.product(), chip.sim().node(), 0, 1, 2, 3)) {
            for (Rounds rounds = new Rounds(ROUNDS); rounds.next(); ) {
                InProcess.update(backend(bench));
                request = bench.service(chip.sim().label()).request(config, owner);
                boolean inTime = rounds.wasInTime();
                assertThat(owner.ends()).hasSize(++updates).containsOnly("left");
                if (inTime) {
                    assertThat(request.takenOver()).isTrue();
                    assertThat(request.levels(1)).isEqualTo(1);
                    assertThat(calls.seen()).isEmpty();
                    assertThat(watch.seen()).isEmpty();
                } else {
                    calls.clear();
                    watch.seen();
                }
            }
            request.close(); // the witnesses are awake
            assertThat(calls.seen()).extracting(KernelCalls.Call::function).contains("gpio_sim_free");
            assertThat(watch.seen()).containsExactly("released 1");
        }
        assertThat(chip.sim().value(1)).isFalse();
    }

    @Test
    void an_output_of_the_lines_bundle_does_not_change_either(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        String name = "handover-" + chip.sim().label();
        String pid = "io.callgate.gpio.output~" + name;
        String json = """
                {"chip": "%s", "offset": 2, "backend": "chardev", "initial": "active", "safe": "inactive"}
                """; // which else would stay with sysfs after an update that was too slow
        bench.product().configure(pid, json.formatted(chip.sim().label()));
        DigitalOutput lamp = bench.product().service(DigitalOutput.class, "(callgate.name=" + name + ")");
        try (KernelCalls calls = KernelCalls.of(DRIVER);
                InfoWatch watch = new InfoWatch(bench.product(), chip.sim().node(), 0, 1, 2, 3)) {
            for (Rounds rounds = new Rounds(ROUNDS); rounds.next(); ) {
                InProcess.update(backend(bench));
                if (answers(lamp) && rounds.wasInTime()) {
                    assertThat(lamp.level()).isEqualTo(Level.ACTIVE);
                    assertThat(calls.seen()).isEmpty();
                    assertThat(watch.seen()).isEmpty();
                } else {
                    Await.until("the lamp has its line again", LONG, () -> isHeld(bench, chip));
                    calls.clear();
                    watch.seen();
                }
            }
            lamp.set(Level.INACTIVE); // the witnesses are awake
            assertThat(calls.seen()).isNotEmpty();
        }
        assertThat(chip.sim().value(2)).isFalse();
        bench.product().delete(pid);
        Await.until("the line is free", LONG, () -> !bench.service(chip.sim().label())
                .info(2)
                .used());
    }

    /** Waits for the next version of the backend. */
    private static boolean answers(DigitalOutput lamp) {
        try {
            lamp.level();
            return true;
        } catch (IOException tooLate) {
            return false;
        }
    }

    /** By this backend: the other would have taken it as {@code sysfs}. */
    private static boolean isHeld(GpioBench bench, Chip chip) throws IOException {
        return bench.service(chip.sim().label()).info(2).consumer().startsWith(LineInfo.OURS);
    }

    @Test
    void edges_go_on_where_they_were(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        RequestConfig config = RequestConfig.of("door", 3, BOTH);
        for (Rounds rounds = new Rounds(3); rounds.next(); ) {
            GpioOwner owner = new GpioOwner();
            bench.service(chip.sim().label()).request(config, owner);
            toggle(chip);
            owner.edges(1);
            backend(bench).stop();
            toggle(chip); // waits in the kernel
            backend(bench).start();
            try (LineRequest next = bench.service(chip.sim().label()).request(config, owner)) {
                if (rounds.wasInTime()) {
                    assertThat(next.takenOver()).isTrue();
                    toggle(chip);
                    assertThat(owner.edges(3)).extracting(Edge::sequence).containsExactly(1L, 2L, 3L);
                    assertThat(owner.edges()).extracting(Edge::lineSequence).containsExactly(1L, 2L, 3L);
                    assertThat(owner.edges()).allMatch(edge -> edge.lost() == 0);
                }
            }
        }
    }

    private static void toggle(Chip chip) throws IOException {
        chip.sim().pull(3, !chip.sim().value(3));
    }

    @Test
    void nobody_comes_and_the_safe_level_is_driven(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        LineRequest request = chip.service().request(RequestConfig.of("lamp", 1, LAMP), new GpioOwner());
        assertThat(chip.sim().value(1)).isTrue();
        try (InfoWatch watch = new InfoWatch(bench.product(), chip.sim().node(), 1)) {
            request.leave();
            assertThat(watch.seen()).isEmpty();
            Await.until("the line is released", LONG, () -> watch.seen().contains("released 1"));
        }
        assertThat(chip.sim().value(1)).isFalse();
    }
}
