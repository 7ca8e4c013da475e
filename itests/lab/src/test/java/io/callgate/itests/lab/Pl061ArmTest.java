// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.itests.lab.GpioBench.IN;
import static io.callgate.itests.lab.GpioBench.OUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.Direction;
import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The character device on a real controller's driver, the PL061 of the arm64 guest: {@code itests/lab/arm64/run itests/lab
 * Pl061ArmTest}. QEMU moves the pins, as a circuit outside would, when the guest writes {@code PIN LEVEL} into a file.
 */
@Tag("arm64")
class Pl061ArmTest {

    private static final Path PINS = Path.of("/run/lab/pins");
    private static final String FILTER = "(&(gpio.label=9030000.pl061)(gpio.backend=chardev))";

    @TempDir
    static Path folder;

    private static void pin(int number, int level) throws IOException {
        Files.writeString(PINS, number + " " + level + "\n", StandardOpenOption.APPEND);
    }

    @Test
    void edgesOfAControllersInterruptAndLevelsOfItsPins() throws Exception {
        try (Product product = Product.start(folder, Map.of(), SomeBundles.with("gpio"))) {
            GpioChip chip = product.service(GpioChip.class, FILTER);
            assertThat(chip.lineCount()).isEqualTo(8);
            GpioOwner owner = new GpioOwner();
            LineSettings both = IN.withEdges(EdgeDetection.BOTH);
            long before = System.nanoTime();
            try (LineRequest door = chip.request(RequestConfig.of("door", 5, both), owner)) {
                assertThat(door.levels(1)).isZero();
                pin(5, 1);
                Edge rising = owner.edges(1).get(0);
                assertThat(rising.level()).isEqualTo(Level.ACTIVE);
                assertThat(rising.clock()).isEqualTo(EventClock.MONOTONIC);
                assertThat(rising.timestampNanos()).isBetween(before, System.nanoTime());
                assertThat(door.levels(1)).isEqualTo(1);
                pin(6, 1); // another pin's matter
                pin(5, 0);
                List<Edge> edges = owner.edges(2);
                assertThat(edges).extracting(Edge::level).containsExactly(Level.ACTIVE, Level.INACTIVE);
                assertThat(edges).extracting(Edge::sequence).containsExactly(1L, 2L);
                assertThat(door.levels(1)).isZero();
            }
            try (LineRequest lamp = chip.request(RequestConfig.of("lamp", 2, OUT.withInitial(Level.ACTIVE)), owner)) {
                assertThat(chip.info(2).settings().direction()).isEqualTo(Direction.OUTPUT);
                assertThat(lamp.levels(1)).isEqualTo(1);
                lamp.set(1, 0);
                assertThat(lamp.levels(1)).isZero();
            }
            assertThat(chip.info(2).used()).isFalse();
        }
    }
}
