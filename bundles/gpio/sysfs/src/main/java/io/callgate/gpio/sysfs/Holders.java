// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What debugfs' {@code gpio} file knows and sysfs does not: the chips' names of the character device, and who holds a
 * line. Its format is of no contract and only root may read it, so whatever it does not say stays unknown.
 *
 * <pre>
 * gpiochip0: GPIOs 496-511, parent: platform/gpio-sim.0, lab-gpio:
 *  gpio-497 (LED                 |gpioset             ) out hi
 * </pre>
 */
final class Holders {

    private static final Pattern CHIP = Pattern.compile("(?m)^(\\w+): GPIOs (\\d+)-");
    private static final Pattern LINE = Pattern.compile("(?m)^\\s*gpio-(\\d+)\\s+\\([^|)\\n]*\\|([^)\\n]*)\\)");

    private final GpioClass gpio;

    Holders(GpioClass gpio) {
        this.gpio = gpio;
    }

    /** The name that the character device has for the chip with this first number. */
    Optional<String> chip(int base) {
        return find(CHIP, result -> result.group(2).equals(Integer.toString(base)))
                .map(result -> result.group(1));
    }

    /** What the holder of a line calls itself; empty also if it says nothing. */
    String holder(int number) {
        return find(LINE, result -> result.group(1).equals(Integer.toString(number)))
                .map(result -> result.group(2).strip())
                .orElse("");
    }

    private Optional<MatchResult> find(Pattern pattern, Predicate<MatchResult> wanted) {
        try {
            Matcher matcher = pattern.matcher(gpio.readLong(gpio.debug()));
            return matcher.results().filter(wanted).findFirst();
        } catch (IOException unreadable) { // not mounted, not permitted: the names are a courtesy
            return Optional.empty();
        }
    }
}
