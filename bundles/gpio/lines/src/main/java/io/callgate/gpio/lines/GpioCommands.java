// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.Bias;
import io.callgate.gpio.Direction;
import io.callgate.gpio.Drive;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineSettings;
import io.callgate.platform.Nearest;
import io.callgate.platform.Table;
import io.callgate.resource.ResourceState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Chips and lines in the shell. */
@Component(
        service = GpioCommands.class,
        property = {
            "osgi.command.scope=gpio",
            "osgi.command.function=chips",
            "osgi.command.function=list",
            "osgi.command.function=lines",
            "osgi.command.function=get",
            "osgi.command.function=set",
            "osgi.command.function=toggle"
        })
public final class GpioCommands {

    private final Lines configured;
    private final Named named;

    /** Holds nothing. */
    @Activate
    public GpioCommands(@Reference Lines lines) {
        this.configured = lines;
        this.named = new Named(lines);
    }

    /** All chips. */
    @Descriptor("the GPIO chips there are, and the backends that serve them, the preferred one first")
    public String chips() {
        Table table = new Table("CHIP", "LABEL", "LINES", "BACKENDS");
        byName().forEach((name, same) -> table.row(
                name,
                same.get(0).label(),
                same.get(0).chip().lineCount(),
                same.stream().map(KnownChip::backend).distinct().collect(Collectors.joining(", "))));
        return table.toString();
    }

    private Map<String, List<KnownChip>> byName() {
        return configured.chips().all().stream()
                .collect(Collectors.groupingBy(KnownChip::name, LinkedHashMap::new, Collectors.toList()));
    }

    /** All that are configured. */
    @Descriptor("the configured lines, their levels and states")
    public String list() {
        Table table = new Table("NAME", "CHIP", "LINE", "DIR", "LEVEL", "BACKEND", "STATE");
        configured.all().forEach(each -> row(table, each));
        return table.toString();
    }

    private static void row(Table table, LineLife<?> life) {
        String level = "";
        String state = life.status().now().words();
        if (life.status().state() == ResourceState.LIVE) {
            try {
                level = Named.level(life);
            } catch (IOException e) {
                state += ", but " + e.getMessage();
            }
        }
        table.row(
                life.status().name(),
                life.target()
                        .map(target -> target.on().shortName())
                        .or(() -> life.settings().map(each -> each.wanted().chip()))
                        .orElse(""),
                life.settings().map(each -> each.wanted().lines()).orElse(""),
                life.settings().map(each -> direction(each.line().direction())).orElse(""),
                level,
                life.target().map(target -> target.on().backend()).orElse(""),
                state);
    }

    private static String direction(Direction direction) {
        return direction == Direction.INPUT ? "in" : "out";
    }

    /** All lines of all chips. */
    @Descriptor("every line the kernel has, who holds it and how it is set")
    public String lines() throws IOException {
        return table(byName().values().stream().map(same -> same.get(0)).toList());
    }

    /** The lines of a chip. */
    @Descriptor("the lines of a chip, who holds them and how they are set")
    public String lines(@Descriptor("label or kernel name of the chip") String chip) throws IOException {
        List<KnownChip> meant = byName().values().stream()
                .map(same -> same.get(0))
                .filter(each -> chip.equals(each.label()) || chip.equals(each.name()))
                .toList();
        if (meant.isEmpty()) {
            List<String> names = configured.chips().all().stream()
                    .flatMap(each -> Stream.of(each.label(), each.name()))
                    .toList();
            throw new IllegalArgumentException("there is no chip \"" + chip + "\"" + Nearest.meant(chip, names)
                    + " (gpio:chips shows those that are)");
        }
        return table(meant);
    }

    private static String table(List<KnownChip> chips) throws IOException {
        Table table = new Table("CHIP", "OFFSET", "NAME", "CONSUMER", "DIR", "FLAGS");
        for (KnownChip chip : chips) {
            for (int offset = 0; offset < chip.chip().lineCount(); offset++) {
                LineInfo line = chip.chip().info(offset);
                table.row(
                        chip.shortName(),
                        offset,
                        line.name(),
                        line.used() && line.consumer().isEmpty() ? "used" : line.consumer(),
                        direction(line.settings().direction()),
                        flags(line.settings()));
            }
        }
        return table.toString();
    }

    private static String flags(LineSettings settings) {
        List<String> flags = new ArrayList<>();
        if (settings.activeLow()) {
            flags.add("active-low");
        }
        if (settings.bias() != Bias.AS_IS) {
            flags.add(settings.bias() == Bias.DISABLED ? "bias-disabled" : Words.of(settings.bias()));
        }
        if (settings.drive() != Drive.PUSH_PULL) {
            flags.add(Words.of(settings.drive()));
        }
        if (settings.edges() != EdgeDetection.NONE) {
            flags.add("edges=" + Words.of(settings.edges()));
        }
        if (!settings.debounce().isZero()) {
            flags.add("debounce=" + settings.debounce().toNanos() / 1000 + "us");
        }
        return String.join(",", flags);
    }

    /** One level or several. */
    @Descriptor("the level of configured lines, a digit for each line of a group; also of CHIP:LINE that nobody holds")
    public String get(
            @Descriptor("name as in gpio:list; or chip and line as in gpio:lines, lab-gpio:3") String... names)
            throws IOException {
        if (names.length == 0) {
            throw new IllegalArgumentException("which line? (gpio:get NAME..., gpio:list shows those that are)");
        }
        if (names.length == 1) {
            return level(names[0]);
        }
        Table table = new Table("NAME", "LEVEL");
        for (String name : names) {
            table.row(name, level(name));
        }
        return table.toString();
    }

    private String level(String name) throws IOException {
        int colon = name.lastIndexOf(':');
        if (colon > 0 && !named.isConfigured(name)) {
            return Words.of(new Glance(configured.chips()).level(name.substring(0, colon), name.substring(colon + 1)));
        }
        return Named.level(named.live(name));
    }

    /** Drives, and shows what came of it. */
    @Descriptor("drives an output or a group, and shows its level")
    public String set(
            @Descriptor("name as in gpio:list") String name,
            @Descriptor("on, off, active, inactive; or a digit 0 or 1 for each line of a group") String level)
            throws IOException {
        LineLife<?> life = named.driven(name);
        life.held().set(life.held().all(), Named.levels(life, level));
        return Named.level(life);
    }

    /** The other level. */
    @Descriptor("drives an output, or all lines of a group, to the other level, and shows it")
    public String toggle(@Descriptor("name as in gpio:list") String name) throws IOException {
        LineLife<?> life = named.driven(name);
        Held held = life.held();
        held.set(held.all(), ~held.levels(held.all()));
        return Named.level(life);
    }
}
