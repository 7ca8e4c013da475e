// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.itests.lab.GpioBench.IN;
import static io.callgate.itests.lab.GpioBench.OUT;
import static io.callgate.itests.lab.GpioBench.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.Bias;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.RequestConfig;
import io.callgate.itests.lab.GpioBench.Chip;
import io.callgate.itests.lab.KernelCalls.Call;
import io.callgate.linux.ErrnoException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Lines that are held. Methods have the names of the cases that they take over: of libgpiod's tests-line-request, and, as
 * {@code sim_}, of the kernel's selftest gpio-sim.sh.
 */
@LabTest
@ExtendWith(GpioBench.Resolver.class)
class ChardevRequestLabTest {

    @Test
    void request_fails_with_no_offsets() {
        assertThatThrownBy(() -> new RequestConfig("bench", List.of(), 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void request_fails_with_offset_out_of_bounds(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        assertThatThrownBy(() -> bench.request(chip, line(2, IN), line(6, IN)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(chip.service().info(2).used()).isFalse();
    }

    @Test
    void set_consumer(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        bench.request(chip, line(2, IN));
        assertThat(chip.service().info(2).used()).isTrue();
        assertThat(chip.service().info(2).consumer()).isEqualTo("callgate:bench");
    }

    @Test
    void set_consumer_is_cut_where_the_kernel_cuts(GpioBench bench) throws Exception {
        Chip chip = bench.chip(1);
        bench.closing(chip.service().request(RequestConfig.of("überüberüberüberüber", 0, IN), new GpioOwner()));
        assertThat(chip.service().info(0).consumer())
                .isEqualTo("callgate:überüberüberüberü")
                .hasSizeLessThan(32);
    }

    @Test
    void default_output_value(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        RequestConfig.Line[] lines = IntStream.of(0, 1, 3, 4)
                .mapToObj(offset -> line(offset, OUT.withInitial(Level.ACTIVE)))
                .toArray(RequestConfig.Line[]::new);
        bench.request(chip, lines);
        for (int offset = 0; offset < 8; offset++) {
            boolean requested = List.of(0, 1, 3, 4).contains(offset);
            assertThat(chip.sim().value(offset)).as("line %d", offset).isEqualTo(requested);
        }
    }

    @Test
    void read_all_values(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        LineRequest request = bench.request(chip, line(0, IN), line(2, IN), line(4, IN), line(5, IN), line(7, IN));
        for (int offset : List.of(0, 4, 7)) {
            chip.sim().pull(offset, true);
        }
        assertThat(request.levels(0b11111)).isEqualTo(0b10101);
    }

    @Test
    void request_multiple_values_but_read_one(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        LineRequest request = bench.request(chip, line(0, IN), line(2, IN), line(4, IN), line(5, IN), line(7, IN));
        chip.sim().pull(5, true);
        assertThat(request.levels(0b01000)).isEqualTo(0b01000);
        assertThat(request.levels(0b00100)).isZero();
    }

    @Test
    void set_all_values(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        LineRequest request = bench.request(chip, line(0, OUT), line(2, OUT), line(4, OUT), line(5, OUT), line(6, OUT));
        request.set(0b11111, 0b10101);
        assertThat(values(chip)).isEqualTo("10001010");
        request.set(0b11111, 0b01010);
        assertThat(values(chip)).isEqualTo("00100100");
    }

    @Test
    void set_values_subset_of_lines(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        LineRequest request = bench.request(chip, line(0, OUT), line(1, OUT), line(2, OUT), line(3, OUT));
        request.set(0b0101, 0b0101);
        assertThat(values(chip)).isEqualTo("1010");
    }

    @Test
    void set_values_is_one_call_of_the_driver(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        LineRequest request = bench.request(chip, line(0, OUT), line(3, OUT), line(6, OUT));
        try (KernelCalls calls = KernelCalls.of("linereq_set_config", "gpio_sim_set_multiple", "gpio_sim_set")) {
            request.set(0b111, 0b101);
            assertThat(calls.seen()).extracting(Call::function).containsExactly("gpio_sim_set_multiple");
        }
    }

    @Test
    void set_line_after_requesting(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        LineRequest request = bench.request(chip, line(0, OUT), line(1, OUT), line(3, OUT), line(4, OUT));
        request.set(0b0010, 0b0010);
        assertThat(values(chip)).isEqualTo("01000000");
    }

    @Test
    void active_low_read_value(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        LineRequest request = bench.request(
                chip,
                line(2, IN.withActiveLow(true)),
                line(3, OUT.withActiveLow(true).withInitial(Level.ACTIVE)));
        chip.sim().pull(2, false);
        assertThat(request.levels(0b11)).isEqualTo(0b11);
        assertThat(chip.sim().value(3)).isFalse();
        chip.sim().pull(2, true);
        assertThat(request.levels(0b01)).isZero();
    }

    @Test
    void reconfigure_lines(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        LineRequest request = bench.request(
                chip,
                line(0, OUT.withInitial(Level.ACTIVE)),
                line(1, OUT),
                line(2, OUT.withInitial(Level.ACTIVE)),
                line(3, IN));
        request.set(0b001, 0);
        request.reconfigure(List.of(
                line(0, OUT.withInitial(Level.ACTIVE).withBias(Bias.PULL_UP)),
                line(1, IN.withEdges(EdgeDetection.BOTH)),
                line(2, OUT.withBias(Bias.PULL_UP)),
                line(3, OUT.withInitial(Level.ACTIVE))));
        assertThat(chip.sim().value(0)).as("its present level, not its first").isFalse();
        assertThat(chip.sim().value(2)).as("its present level").isTrue();
        assertThat(chip.sim().value(3)).as("its first level").isTrue();
        assertThat(chip.service().info(1).settings().edges()).isEqualTo(EdgeDetection.BOTH);
        assertThat(chip.service().info(0).consumer()).as("never released").isEqualTo("callgate:bench");
    }

    @Test
    void reconfigure_lines_releases_none_and_drives_no_other_level(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        LineRequest request = bench.request(chip, line(0, OUT.withInitial(Level.ACTIVE)), line(1, OUT));
        try (KernelCalls calls = KernelCalls.of(
                "gpio_sim_free",
                "gpio_sim_direction_output offset=%si:u32 value=%dx:s32",
                "gpio_sim_direction_input")) {
            request.reconfigure(List.of(line(0, OUT.withBias(Bias.PULL_UP)), line(1, OUT)));
            assertThat(calls.seen())
                    .extracting(Call::arguments)
                    .containsExactly("offset=0 value=1", "offset=1 value=0");
        }
    }

    @Test
    void reconfigure_lines_null_config_equal_settings_touch_nothing(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        LineRequest request = bench.request(chip, line(0, OUT));
        try (KernelCalls calls = KernelCalls.of("linereq_ioctl")) {
            request.reconfigure(List.of(line(0, OUT.withInitial(Level.ACTIVE))));
            assertThat(calls.seen()).isEmpty();
            request.reconfigure(List.of(line(0, OUT.withActiveLow(true))));
            assertThat(calls.seen()).hasSize(1);
        }
    }

    @Test
    void reconfigure_lines_different_offsets(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        LineRequest request = bench.request(chip, line(0, OUT), line(1, OUT));
        assertThatThrownBy(() -> request.reconfigure(List.of(line(0, OUT), line(2, OUT))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(chip.service().info(2).used()).isFalse();
    }

    @Test
    void reconfigure_debounce_on_and_off(GpioBench bench) throws Exception {
        Chip chip = bench.chip(2);
        LineRequest request = bench.request(chip, line(0, IN.withDebounce(Duration.ofMillis(7))), line(1, IN));
        request.reconfigure(List.of(line(0, IN), line(1, IN.withDebounce(Duration.ofMillis(3)))));
        assertThat(chip.service().info(0).settings().debounce()).isZero();
        assertThat(chip.service().info(1).settings().debounce()).isEqualTo(Duration.ofMillis(3));
    }

    @Test
    void request_lines_with_unordered_offsets(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        LineRequest request = bench.request(chip, line(5, OUT), line(1, OUT), line(7, OUT), line(2, OUT));
        request.set(0b1111, 0b0011);
        assertThat(values(chip)).isEqualTo("01000100");
        request.set(0b0101, 0b0100);
        assertThat(values(chip)).isEqualTo("01000001");
        assertThat(request.levels(0b1111)).isEqualTo(0b0110);
    }

    @Test
    void request_with_bias_set_to_pull_up_sim_4_2_bias_settings_work_correctly(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        LineRequest request = bench.request(chip, line(3, IN.withBias(Bias.PULL_UP)));
        assertThat(request.levels(1)).isEqualTo(1);
        assertThat(chip.sim().value(3)).isTrue();
    }

    @Test
    void sim_3_1_pull_can_be_set_over_sysfs(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        LineRequest request = bench.request(chip, line(0, IN));
        chip.sim().pull(0, true);
        assertThat(request.levels(1)).isEqualTo(1);
        chip.sim().pull(0, false);
        assertThat(request.levels(1)).isZero();
    }

    @Test
    void sim_4_1_values_can_be_read_from_sysfs(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        assertThat(chip.sim().value(0)).isFalse();
        bench.request(chip, line(0, OUT.withInitial(Level.ACTIVE)));
        assertThat(chip.sim().value(0)).isTrue();
    }

    @Test
    void setting_an_input_is_refused(GpioBench bench) throws Exception {
        Chip chip = bench.chip(2);
        LineRequest request = bench.request(chip, line(0, OUT), line(1, IN));
        assertThatThrownBy(() -> request.set(0b11, 0b11))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EPERM");
        assertThat(chip.sim().value(0)).isFalse();
    }

    @Test
    void the_safe_level_is_driven_before_the_release(GpioBench bench) throws Exception {
        Chip chip = bench.chip(2);
        LineRequest request =
                bench.request(chip, line(1, OUT.withInitial(Level.ACTIVE).withSafe(Level.INACTIVE)));
        try (KernelCalls calls = KernelCalls.of("gpio_sim_set_multiple", "gpio_sim_free offset=%si:u32")) {
            request.close();
            assertThat(calls.seen())
                    .extracting(call -> call.function() + " " + call.arguments())
                    .containsExactly("gpio_sim_set_multiple ", "gpio_sim_free offset=1");
        }
        assertThat(chip.sim().value(1)).isFalse();
    }

    private static String values(Chip chip) {
        StringBuilder values = new StringBuilder();
        for (int offset = 0; offset < chip.service().lineCount(); offset++) {
            values.append(chip.sim().value(offset) ? '1' : '0');
        }
        return values.toString();
    }
}
