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
import io.callgate.gpio.EventClock;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.UnsupportedSettingException;
import io.callgate.itests.lab.GpioBench.Chip;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Chips and what is known of their lines. Methods have the names of the cases that they take over: of libgpiod's
 * tests-chip, tests-chip-info and tests-line-info, and, as {@code sim_}, of the kernel's selftest gpio-sim.sh.
 */
@LabTest
@ExtendWith(GpioBench.Resolver.class)
class ChardevChipLabTest {

    private static final Map<Integer, String> NAMES = Map.of(1, "foo", 2, "bar", 4, "baz", 5, "xyz");

    @Test
    void get_chip_info_name(GpioBench bench) throws Exception {
        Chip chip = bench.chip(1);
        assertThat(chip.service().name()).isEqualTo(chip.sim().name());
    }

    @Test
    void get_chip_info_label(GpioBench bench) throws Exception {
        Chip chip = bench.chip(1);
        assertThat(chip.service().label()).isEqualTo(chip.sim().label());
    }

    @Test
    void get_num_lines_sim_2_2_number_of_lines_can_be_specified(GpioBench bench) throws Exception {
        assertThat(bench.chip(16).service().lineCount()).isEqualTo(16);
    }

    @Test
    void sim_2_5_line_names_can_be_configured(GpioBench bench) throws Exception {
        GpioChip chip = bench.chip(16, Map.of(0, "foo", 2, "bar")).service();
        assertThat(chip.info(0).name()).isEqualTo("foo");
        assertThat(chip.info(1).name()).isEmpty();
        assertThat(chip.info(2).name()).isEqualTo("bar");
    }

    @Test
    void sim_2_8_multiple_chips_can_be_created(GpioBench bench) throws Exception {
        List<GpioChip> chips = List.of(
                bench.chip(1).service(), bench.chip(2).service(), bench.chip(3).service());
        assertThat(chips).extracting(GpioChip::lineCount).containsExactly(1, 2, 3);
        assertThat(chips).extracting(GpioChip::name).doesNotHaveDuplicates();
    }

    @Test
    void sim_2_14_lines_can_be_hogged(GpioBench bench) {
        GpioChip board = bench.service(SimChip.BOARD);
        assertThatThrownBy(() -> board.request(RequestConfig.of("power", 0, OUT), new GpioOwner()))
                .isInstanceOf(LineBusyException.class)
                .hasMessage("line POWER (0) of lab-board is held by \"lab-hog\"");
    }

    @Test
    void find_line_good(GpioBench bench) throws Exception {
        GpioChip chip = bench.chip(8, NAMES).service();
        assertThat(chip.find("baz")).containsExactly(4);
        assertThat(chip.find("xyz")).containsExactly(5);
    }

    @Test
    void find_line_bad(GpioBench bench) throws Exception {
        GpioChip chip = bench.chip(8, NAMES).service();
        assertThat(chip.find("nonexistent")).isEmpty();
        assertThat(chip.find("")).isEmpty();
    }

    @Test
    void find_line_duplicate(GpioBench bench) throws Exception {
        GpioChip chip =
                bench.chip(8, Map.of(1, "foo", 2, "baz", 4, "baz", 5, "xyz")).service();
        assertThat(chip.find("baz")).containsExactly(2, 4);
    }

    @Test
    void find_line_non_standard_names(GpioBench bench) throws Exception {
        GpioChip chip = bench.chip(8, Map.of(1, "short", 2, "a very long line name for a lin", 5, "0", 6, "ünïcode"))
                .service();
        assertThat(chip.find("a very long line name for a lin")).containsExactly(2);
        assertThat(chip.find("0")).containsExactly(5);
        assertThat(chip.find("ünïcode")).containsExactly(6);
    }

    @Test
    void get_line_info_good(GpioBench bench) throws Exception {
        assertThat(bench.chip(8).service().info(3).offset()).isEqualTo(3);
    }

    @Test
    void get_line_info_offset_out_of_range(GpioBench bench) throws Exception {
        GpioChip chip = bench.chip(8).service();
        assertThatThrownBy(() -> chip.info(8)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void line_info_basic_properties(GpioBench bench) throws Exception {
        GpioChip board = bench.service(SimChip.BOARD);
        LineInfo power = board.info(0);
        assertThat(power.name()).isEqualTo("POWER");
        assertThat(power.used()).isTrue();
        assertThat(power.consumer()).isEqualTo("lab-hog");
        assertThat(power.settings()).isEqualTo(OUT);
        LineInfo status = board.info(1);
        assertThat(status).isEqualTo(new LineInfo(board.name(), 1, "STATUS", false, "", IN));
    }

    @Test
    void direction_settings(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        bench.request(chip, line(0, OUT), line(1, IN));
        assertThat(chip.service().info(0).settings().direction()).isEqualTo(Direction.OUTPUT);
        assertThat(chip.service().info(1).settings().direction()).isEqualTo(Direction.INPUT);
    }

    @Test
    void active_high(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        bench.request(chip, line(5, IN.withActiveLow(true)));
        assertThat(chip.service().info(5).settings().activeLow()).isTrue();
        assertThat(chip.service().info(4).settings().activeLow()).isFalse();
    }

    @Test
    void edge_detection_settings(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        for (EdgeDetection each : EdgeDetection.values()) {
            bench.request(chip, line(each.ordinal(), IN.withEdges(each)));
        }
        for (EdgeDetection each : EdgeDetection.values()) {
            assertThat(chip.service().info(each.ordinal()).settings().edges()).isEqualTo(each);
        }
    }

    @Test
    void bias_settings(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        bench.request(
                chip,
                line(0, OUT),
                line(1, OUT.withBias(Bias.DISABLED)),
                line(2, OUT.withBias(Bias.PULL_DOWN)),
                line(3, OUT.withBias(Bias.PULL_UP)));
        assertThat(settings(chip, 4))
                .extracting(LineSettings::bias)
                .containsExactly(Bias.AS_IS, Bias.DISABLED, Bias.PULL_DOWN, Bias.PULL_UP);
    }

    @Test
    void drive_settings(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        bench.request(
                chip,
                line(0, OUT),
                line(1, OUT.withDrive(Drive.OPEN_DRAIN)),
                line(2, OUT.withDrive(Drive.OPEN_SOURCE)));
        assertThat(settings(chip, 3))
                .extracting(LineSettings::drive)
                .containsExactly(Drive.PUSH_PULL, Drive.OPEN_DRAIN, Drive.OPEN_SOURCE);
    }

    @Test
    void debounce_period(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        LineSettings debounced = IN.withEdges(EdgeDetection.BOTH).withDebounce(Duration.ofNanos(1_000_000));
        bench.request(chip, line(4, IN), line(5, debounced));
        assertThat(chip.service().info(5).settings()).isEqualTo(debounced);
        assertThat(chip.service().info(4).settings().debounce()).isEqualTo(Duration.ZERO);
    }

    @Test
    void event_clock(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        bench.request(chip, line(0, IN), line(1, IN.withClock(EventClock.REALTIME)));
        assertThat(settings(chip, 2))
                .extracting(LineSettings::clock)
                .containsExactly(EventClock.MONOTONIC, EventClock.REALTIME);
        assertThatThrownBy(() -> bench.request(chip, line(2, IN.withClock(EventClock.HTE))))
                .isInstanceOf(UnsupportedSettingException.class)
                .hasMessageContaining("no hardware timestamps for line 2");
    }

    private static List<LineSettings> settings(Chip chip, int count) throws Exception {
        LineSettings[] settings = new LineSettings[count];
        for (int i = 0; i < count; i++) {
            settings[i] = chip.service().info(i).settings();
        }
        return List.of(settings);
    }
}
