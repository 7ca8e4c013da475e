// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import java.util.List;

/**
 * A pair of words that drivers use for a boolean. The kernel's own parser (kstrtobool) takes most of them, but some files
 * take only theirs, as power/wakeup takes {@code enabled} and {@code disabled}: so the pair a file was read in is the
 * pair it is written in.
 */
record BooleanWords(String no, String yes) {

    static final BooleanWords DIGITS = new BooleanWords("0", "1");

    static final List<BooleanWords> ALL = List.of(
            DIGITS,
            new BooleanWords("N", "Y"),
            new BooleanWords("n", "y"),
            new BooleanWords("off", "on"),
            new BooleanWords("disabled", "enabled"),
            new BooleanWords("no", "yes"),
            new BooleanWords("false", "true"),
            new BooleanWords("OFF", "ON"),
            new BooleanWords("Off", "On"),
            new BooleanWords("No", "Yes"),
            new BooleanWords("False", "True"),
            new BooleanWords("Disabled", "Enabled"));

    String word(boolean value) {
        return value ? yes : no;
    }
}
