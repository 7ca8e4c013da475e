// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.platform.Nearest;
import io.callgate.resource.InvalidSettingException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a person writes: an enum's constants in lower case with hyphens. */
final class Words {

    private Words() {}

    /** {@code pull-up} for PULL_UP. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The constant that a word means.
     *
     * @param key of the configuration
     * @param known the constants that may be meant
     */
    @SafeVarargs
    static <E extends Enum<E>> E parse(String key, String word, E... known) throws InvalidSettingException {
        String typed = word == null ? "" : word.trim().toLowerCase(Locale.ROOT);
        for (E constant : known) {
            if (of(constant).equals(typed)) {
                return constant;
            }
        }
        List<String> words = Arrays.stream(known).map(Words::of).toList();
        throw new InvalidSettingException(key + " \"" + word + "\" is unknown" + Nearest.meant(typed, words) + " ("
                + String.join(", ", words) + ")");
    }
}
