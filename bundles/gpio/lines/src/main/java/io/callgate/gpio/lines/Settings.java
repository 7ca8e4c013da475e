// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import static io.callgate.gpio.lines.Words.parse;
import static io.callgate.resource.Setting.value;

import io.callgate.gpio.Bias;
import io.callgate.gpio.Direction;
import io.callgate.gpio.Drive;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.resource.InvalidSettingException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A checked configuration.
 *
 * @param wanted which lines
 * @param line how each of them is used
 * @param eventBuffer edges that the kernel keeps; 0 for its default
 */
record Settings(Wanted wanted, LineSettings line, int eventBuffer) {

    private static final long LONGEST_DEBOUNCE = 0xffff_ffffL;

    /** @throws InvalidSettingException with the sentence that says what is wrong */
    static Settings of(InputComponent.Config config) throws InvalidSettingException {
        LineSettings line = input(
                value("activeLow", config::activeLow),
                bias(config::bias),
                config::edges,
                config::debounce,
                config::clock);
        return new Settings(
                Wanted.line(
                        text("chip", config::chip),
                        text("line", config::line),
                        value("offset", config::offset),
                        text("backend", config::backend)),
                line,
                eventBuffer(config::eventBuffer));
    }

    /** @throws InvalidSettingException with the sentence that says what is wrong */
    static Settings of(OutputComponent.Config config) throws InvalidSettingException {
        LineSettings line = output(
                value("activeLow", config::activeLow),
                bias(config::bias),
                config::drive,
                config::initial,
                config::safe);
        return new Settings(
                Wanted.line(
                        text("chip", config::chip),
                        text("line", config::line),
                        value("offset", config::offset),
                        text("backend", config::backend)),
                line,
                0);
    }

    /** @throws InvalidSettingException with the sentence that says what is wrong */
    static Settings of(GroupComponent.Config config) throws InvalidSettingException {
        Direction direction = parse("direction", text("direction", config::direction), Direction.values());
        boolean activeLow = value("activeLow", config::activeLow);
        Bias bias = bias(config::bias);
        LineSettings line;
        if (direction == Direction.INPUT) {
            outputsOnly("drive", drive(config::drive) != Drive.PUSH_PULL);
            outputsOnly("safe", !text("safe", config::safe).isEmpty());
            line = input(activeLow, bias, config::edges, config::debounce, config::clock);
        } else {
            inputsOnly("edges", edges(config::edges) != EdgeDetection.NONE);
            inputsOnly("debounce", value("debounce", config::debounce) != 0);
            line = output(activeLow, bias, config::drive, config::initial, config::safe);
        }
        return new Settings(
                Wanted.group(
                        text("chip", config::chip),
                        value("lines", config::lines),
                        value("offsets", config::offsets),
                        text("backend", config::backend)),
                line,
                eventBuffer(config::eventBuffer));
    }

    private static LineSettings input(
            boolean activeLow, Bias bias, Supplier<String> edges, Supplier<Long> debounce, Supplier<String> clock)
            throws InvalidSettingException {
        return LineSettings.input()
                .withActiveLow(activeLow)
                .withBias(bias)
                .withEdges(edges(edges))
                .withDebounce(debounce(value("debounce", debounce)))
                .withClock(parse(
                        "clock", text("clock", clock), EventClock.MONOTONIC, EventClock.REALTIME, EventClock.HTE));
    }

    private static LineSettings output(
            boolean activeLow, Bias bias, Supplier<String> drive, Supplier<String> initial, Supplier<String> safe)
            throws InvalidSettingException {
        LineSettings line = LineSettings.output()
                .withActiveLow(activeLow)
                .withBias(bias)
                .withDrive(drive(drive))
                .withInitial(parse("initial", text("initial", initial), Level.values()));
        String level = text("safe", safe);
        return level.isEmpty() ? line : line.withSafe(parse("safe", level, Level.values()));
    }

    private static Bias bias(Supplier<String> configured) throws InvalidSettingException {
        return parse("bias", text("bias", configured), Bias.values());
    }

    private static Drive drive(Supplier<String> configured) throws InvalidSettingException {
        return parse("drive", text("drive", configured), Drive.values());
    }

    private static EdgeDetection edges(Supplier<String> configured) throws InvalidSettingException {
        return parse("edges", text("edges", configured), EdgeDetection.values());
    }

    private static Duration debounce(long micros) throws InvalidSettingException {
        if (micros < 0 || micros > LONGEST_DEBOUNCE) {
            throw new InvalidSettingException("debounce must be 0 to " + LONGEST_DEBOUNCE + " microseconds: " + micros);
        }
        return Duration.of(micros, ChronoUnit.MICROS);
    }

    private static int eventBuffer(Supplier<Integer> configured) throws InvalidSettingException {
        int edges = value("eventBuffer", configured);
        if (edges < 0) {
            throw new InvalidSettingException("eventBuffer must not be negative: " + edges);
        }
        return edges;
    }

    private static String text(String key, Supplier<String> configured) throws InvalidSettingException {
        return Optional.ofNullable(value(key, configured)).map(String::trim).orElse("");
    }

    private static void outputsOnly(String key, boolean given) throws InvalidSettingException {
        if (given) {
            throw new InvalidSettingException(
                    key + " is of outputs only: take it out, or set \"direction\" to \"output\"");
        }
    }

    private static void inputsOnly(String key, boolean given) throws InvalidSettingException {
        if (given) {
            throw new InvalidSettingException(
                    key + " is of inputs only: take it out, or set \"direction\" to \"input\"");
        }
    }

    /** True if any backend will do, or this one is meant. */
    boolean isServedBy(KnownChip chip) {
        return wanted.backend().isEmpty() || wanted.backend().equals(chip.backend());
    }

    /** What is asked of a chip. */
    RequestConfig request(String name, List<Integer> offsets) {
        return new RequestConfig(name, lines(offsets), eventBuffer);
    }

    List<RequestConfig.Line> lines(List<Integer> offsets) {
        return offsets.stream()
                .map(offset -> new RequestConfig.Line(offset, line))
                .toList();
    }
}
