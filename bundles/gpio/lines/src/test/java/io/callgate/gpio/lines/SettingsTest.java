// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.Bias;
import io.callgate.gpio.Drive;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineSettings;
import io.callgate.resource.InvalidSettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private static Settings input(Object... keysAndValues) throws InvalidSettingException {
        return Settings.of(Gateway.config(InputComponent.Config.class, Gateway.map(keysAndValues)));
    }

    private static Settings output(Object... keysAndValues) throws InvalidSettingException {
        return Settings.of(Gateway.config(OutputComponent.Config.class, Gateway.map(keysAndValues)));
    }

    private static Settings group(Object... keysAndValues) throws InvalidSettingException {
        Map<String, Object> all = new HashMap<>(Gateway.map(keysAndValues));
        all.putIfAbsent("chip", "lab-gpio");
        return Settings.of(Gateway.config(GroupComponent.Config.class, all));
    }

    @Test
    void everyKeyOfAnOutput() throws InvalidSettingException {
        LineSettings line = output(
                        "line",
                        "LED",
                        "activeLow",
                        true,
                        "bias",
                        "pull-up",
                        "drive",
                        "open-drain",
                        "initial",
                        "active",
                        "safe",
                        "inactive")
                .line();
        assertThat(line)
                .isEqualTo(LineSettings.output()
                        .withActiveLow(true)
                        .withBias(Bias.PULL_UP)
                        .withDrive(Drive.OPEN_DRAIN)
                        .withInitial(Level.ACTIVE)
                        .withSafe(Level.INACTIVE));
    }

    @Test
    void absentKeysAreTheDefaults() throws InvalidSettingException {
        assertThat(output("line", "LED").line()).isEqualTo(LineSettings.output());
        assertThat(input("line", "LED").line()).isEqualTo(LineSettings.input());
        assertThat(group("offsets", 1).line()).isEqualTo(LineSettings.input());
        assertThat(input("line", "LED", "clock", "REALTIME").line().clock()).isEqualTo(EventClock.REALTIME);
    }

    @Test
    void aLineIsNamedOnce() {
        assertThatThrownBy(() -> input())
                .hasMessage("its configuration names no line: give \"line\", or \"chip\" and \"offset\"");
        assertThatThrownBy(() -> input("offset", 3)).hasMessageStartingWith("an offset is of a chip: give \"chip\"");
        assertThatThrownBy(() -> input("chip", "c", "offset", 3, "line", "LED"))
                .hasMessage("it names its line twice, by \"line\" and by \"offset\": take one of them out");
        assertThatThrownBy(() -> input("chip", "c", "offset", -2)).hasMessage("offset must not be negative: -2");
    }

    @Test
    void aGroupNamesEachLineOnce() {
        assertThatThrownBy(() -> group())
                .hasMessage("its configuration names no line: give \"lines\", or \"chip\" and \"offsets\"");
        assertThatThrownBy(() -> group("lines", List.of("A", "B", "A"))).hasMessage("line A is in the group twice");
        assertThatThrownBy(() -> group("offsets", List.of(1, 1))).hasMessage("line 1 is in the group twice");
        assertThatThrownBy(() -> group("offsets", List.of(1, -1))).hasMessage("offsets must not be negative: -1");
        assertThatThrownBy(() -> group("offsets", 1, "lines", "A")).hasMessageContaining("twice, by \"lines\" and by");
        assertThatThrownBy(() -> group("offsets", IntStream.range(0, 65).boxed().toList()))
                .hasMessage("a group has at most 64 lines, not 65");
    }

    @Test
    void whatIsOfTheOtherDirectionIsRefused() throws InvalidSettingException {
        assertThatThrownBy(() -> group("offsets", 1, "safe", "active"))
                .hasMessage("safe is of outputs only: take it out, or set \"direction\" to \"output\"");
        assertThatThrownBy(() -> group("offsets", 1, "drive", "open-drain"))
                .hasMessageStartingWith("drive is of outputs");
        assertThatThrownBy(() -> group("offsets", 1, "direction", "output", "edges", "both"))
                .hasMessage("edges is of inputs only: take it out, or set \"direction\" to \"input\"");
        assertThatThrownBy(() -> group("offsets", 1, "direction", "output", "debounce", 1))
                .hasMessageStartingWith("debounce is of inputs");
        assertThat(group("offsets", 1, "direction", "output", "safe", "active")
                        .line()
                        .safe())
                .contains(Level.ACTIVE);
    }

    @Test
    void rangesAndTypes() throws InvalidSettingException {
        assertThatThrownBy(() -> input("line", "A", "debounce", 4294967296L))
                .hasMessage("debounce must be 0 to 4294967295 microseconds: 4294967296");
        assertThat(input("line", "A", "debounce", 4294967295L).line().debounce().toNanos())
                .isEqualTo(4294967295000L);
        assertThatThrownBy(() -> input("line", "A", "eventBuffer", -1)).hasMessageStartingWith("eventBuffer must not");
        assertThatThrownBy(() -> input("line", "A", "debounce", "soon"))
                .hasMessage("debounce has a value of the wrong type (\"soon\" is no number)");
        assertThatThrownBy(() -> input("line", "A", "clock", "observed"))
                .hasMessage("clock \"observed\" is unknown (monotonic, realtime, hte)");
        assertThatThrownBy(() -> group("offsets", 1, "direction", "out"))
                .hasMessage("direction \"out\" is unknown, did you mean output? (input, output)");
    }
}
