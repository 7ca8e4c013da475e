// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.GpioChip;
import io.callgate.platform.Nearest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A chip as one backend serves it. Thread safe. */
final class KnownChip {

    /** The better backend first. */
    static final Comparator<KnownChip> PREFERRED =
            Comparator.comparingInt((KnownChip each) -> each.ranking).reversed();

    private static final String SYSFS = "sysfs";

    /** Names are suggested to a person who mistyped one; a chip with more lines was not wired by hand. */
    private static final int SUGGESTED = 256;

    private final GpioChip chip;
    private final int ranking;
    private volatile boolean settled;

    /** @param settled false if a better backend may be about to come */
    KnownChip(GpioChip chip, int ranking, boolean settled) {
        this.chip = chip;
        this.ranking = ranking;
        this.settled = settled;
    }

    GpioChip chip() {
        return chip;
    }

    String name() {
        return chip.name();
    }

    String label() {
        return chip.label();
    }

    String backend() {
        return chip.backend();
    }

    /** False if there may be another backend that is preferred to this. */
    boolean isPreferred() {
        return ranking > 0;
    }

    boolean isSettled() {
        return settled;
    }

    void settle() {
        settled = true;
    }

    /** False on sysfs, which also says nothing when a line is released. */
    boolean knowsNames() {
        return !backend().equals(SYSFS);
    }

    /** True if its backend tells of lines that are requested and released. */
    boolean tellsChanges() {
        return !backend().equals(SYSFS);
    }

    List<Integer> find(String lineName) {
        return chip.find(lineName);
    }

    /** Names of its lines that somebody may have meant. */
    Stream<String> suggestions() {
        if (chip.lineCount() > SUGGESTED) {
            return Stream.empty();
        }
        List<String> names = new ArrayList<>();
        try {
            for (int offset = 0; offset < chip.lineCount(); offset++) {
                names.add(chip.info(offset).name());
            }
        } catch (IOException leaving) {
            return Stream.empty(); // whoever waits is woken when it has gone
        }
        return names.stream().filter(name -> !name.isEmpty());
    }

    /** The lines that are meant, if all are here. */
    Target target(Wanted wanted) throws UnresolvedException {
        for (int offset : wanted.offsets()) {
            if (offset >= chip.lineCount()) {
                throw new UnresolvedException(this + " has no line " + offset + ": it has " + chip.lineCount()
                        + ", from 0 to " + (chip.lineCount() - 1));
            }
        }
        List<Integer> offsets = new ArrayList<>(wanted.offsets());
        for (String name : wanted.names()) {
            offsets.add(offset(name));
        }
        return new Target(this, List.copyOf(offsets));
    }

    private int offset(String name) throws UnresolvedException {
        List<Integer> found = find(name);
        if (found.isEmpty()) {
            throw new UnresolvedException(
                    knowsNames()
                            ? this + " has no line named \"" + name + "\""
                                    + Nearest.meant(name, suggestions().toList()) + " (gpio:lines " + shortName()
                                    + " shows them)"
                            : nameless(name));
        }
        if (found.size() > 1) {
            throw new UnresolvedException("line \"" + name + "\" is not unique: lines "
                    + found.stream().map(String::valueOf).collect(Collectors.joining(" and ")) + " of " + this
                    + " have that name (name it by its offset)");
        }
        return found.get(0);
    }

    /** Why a name does not help here. */
    String nameless(String lineName) {
        return "line \"" + lineName + "\" cannot be found by its name: " + this + " is served by " + backend()
                + ", which knows no line names (start io.callgate.gpio.chardev, or name the line by \"chip\" and"
                + " \"offset\")";
    }

    /** The offsets of all its lines. */
    IntStream offsets() {
        return IntStream.range(0, chip.lineCount());
    }

    /** What a person calls it. */
    String shortName() {
        return label().isEmpty() ? name() : label();
    }

    /** {@code lab-gpio (gpiochip0)}. */
    @Override
    public String toString() {
        return label().isEmpty() || label().equals(name()) ? name() : label() + " (" + name() + ")";
    }

    /** {@code lab-gpio (gpiochip0) and gpiochip1}, each once. */
    static String shown(List<KnownChip> chips) {
        return chips.stream().map(KnownChip::toString).distinct().sorted().collect(Collectors.joining(" and "));
    }
}
