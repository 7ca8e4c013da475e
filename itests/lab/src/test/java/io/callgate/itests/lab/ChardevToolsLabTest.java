// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.itests.lab.GpioBench.IN;
import static io.callgate.itests.lab.GpioBench.OUT;
import static io.callgate.itests.lab.GpioBench.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.Bias;
import io.callgate.gpio.Direction;
import io.callgate.gpio.Drive;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.RequestConfig;
import io.callgate.itests.harness.Await;
import io.callgate.itests.lab.GpioBench.Chip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** gpioinfo, gpioget, gpioset and gpiomon of Debian's gpiod, and we, see the same. */
@LabTest
@ExtendWith(GpioBench.Resolver.class)
class ChardevToolsLabTest {

    @Test
    void gpioinfo_agrees_on_every_line(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8, Map.of(0, "foo", 3, "bar"));
        bench.request(
                chip,
                line(0, OUT.withDrive(Drive.OPEN_DRAIN)),
                line(2, OUT.withActiveLow(true)),
                line(3, IN.withBias(Bias.PULL_UP)),
                line(4, IN.withActiveLow(true).withBias(Bias.DISABLED)),
                line(5, OUT.withDrive(Drive.OPEN_SOURCE).withBias(Bias.PULL_DOWN)));
        for (String label : List.of(chip.sim().label(), SimChip.LAB, SimChip.BOARD)) {
            List<String> theirs = GpiodTools.run(
                            "gpioinfo", bench.service(label).name())
                    .lines()
                    .skip(1)
                    .map(each -> each.strip().replaceAll("\\s+", " "))
                    .toList();
            List<String> ours = new ArrayList<>();
            for (int offset = 0; offset < bench.service(label).lineCount(); offset++) {
                ours.add(asGpioinfoPrints(bench.service(label).info(offset)));
            }
            assertThat(ours).isEqualTo(theirs);
        }
    }

    private static String asGpioinfoPrints(LineInfo line) {
        String name = line.name().isEmpty() ? "unnamed" : '"' + line.name() + '"';
        String consumer = !line.used() ? "unused" : line.consumer().isEmpty() ? "kernel" : '"' + line.consumer() + '"';
        List<String> flags = new ArrayList<>();
        if (line.used()) {
            flags.add("used");
        }
        switch (line.settings().drive()) {
            case OPEN_DRAIN -> flags.add("open-drain");
            case OPEN_SOURCE -> flags.add("open-source");
            case PUSH_PULL -> {}
        }
        switch (line.settings().bias()) {
            case PULL_UP -> flags.add("pull-up");
            case PULL_DOWN -> flags.add("pull-down");
            case DISABLED -> flags.add("bias-disabled");
            case AS_IS -> {}
        }
        return "line " + line.offset() + ": " + name + " " + consumer + " "
                + (line.settings().direction() == Direction.OUTPUT ? "output" : "input") + " "
                + (line.settings().activeLow() ? "active-low" : "active-high")
                + (flags.isEmpty() ? "" : " [" + String.join(" ", flags) + "]");
    }

    @Test
    void gpioget_agrees_on_every_level(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        String[] offsets = IntStream.range(0, 8).mapToObj(Integer::toString).toArray(String[]::new);
        for (int pattern : List.of(0b1010_0110, 0b0101_1001)) {
            for (int offset = 0; offset < 8; offset++) {
                chip.sim().pull(offset, (pattern >> offset & 1) != 0);
            }
            long theirs = 0;
            String[] words = GpiodTools.run("gpioget", arguments(chip.sim().name(), offsets))
                    .strip()
                    .split(" ");
            for (int i = 0; i < words.length; i++) {
                theirs |= Long.parseLong(words[i]) << i;
            }
            try (LineRequest request = bench.request(
                    chip,
                    IntStream.range(0, 8).mapToObj(offset -> line(offset, IN)).toArray(RequestConfig.Line[]::new))) {
                assertThat(request.levels(0xff)).isEqualTo(theirs).isEqualTo(pattern);
            }
        }
    }

    private static String[] arguments(String first, String... others) {
        String[] all = new String[others.length + 1];
        all[0] = first;
        System.arraycopy(others, 0, all, 1, others.length);
        return all;
    }

    @Test
    void gpioset_and_we_drive_in_turns_and_refuse_each_other(GpioBench bench) throws Exception {
        Chip chip = bench.chip(2, Map.of(0, "LAMP"));
        try (GpiodTools.Running gpioset =
                GpiodTools.start("gpioset", "--mode=signal", chip.sim().name(), "0=1")) {
            Await.until("gpioset holds the line", () -> chip.service().info(0).used());
            assertThat(chip.sim().value(0)).isTrue();
            assertThatThrownBy(() -> bench.request(chip, line(1, OUT), line(0, OUT)))
                    .isInstanceOf(LineBusyException.class)
                    .hasMessage("line LAMP (0) of " + chip.sim().label() + " is held by \"gpioset\"");
            assertThat(chip.service().info(1).used()).isFalse();
        }
        LineRequest request = bench.request(chip, line(0, OUT.withInitial(Level.ACTIVE)));
        assertThat(GpiodTools.attempt("gpioset", chip.sim().name(), "0=0").text())
                .contains("busy");
        assertThat(chip.sim().value(0)).isTrue();
        request.close();
        GpiodTools.run("gpioset", chip.sim().name(), "0=0");
        assertThat(chip.sim().value(0)).isFalse();
    }

    @Test
    void gpiomon_sees_the_same_edges_at_a_second_line(GpioBench bench) throws Exception {
        Chip chip = bench.chip(2);
        GpioOwner owner = new GpioOwner();
        bench.request(chip, owner, 0, line(0, IN.withEdges(EdgeDetection.BOTH)));
        try (GpiodTools.Running gpiomon =
                GpiodTools.start("gpiomon", "--format=%e %o", chip.sim().name(), "1")) {
            Await.until("gpiomon holds its line", () -> chip.service().info(1).used());
            for (int i = 0; i < 10; i++) {
                for (int offset : List.of(0, 1)) {
                    chip.sim().pull(offset, i % 2 == 0);
                }
                String theirs = gpiomon.line();
                Level ours = owner.edges(i + 1).get(i).level();
                assertThat(theirs).isEqualTo(ours == Level.ACTIVE ? "1 1" : "0 1");
            }
        }
        assertThat(owner.edges()).hasSize(10);
    }
}
