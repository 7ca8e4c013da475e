// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Values of a component's configuration, checked: whatever is wrong becomes a sentence for the one who wrote it.
 *
 * <pre>{@code
 * int mode = Setting.mode("mode", config::mode);
 * Access access = Setting.word("access", config::access, Access.values());
 * }</pre>
 */
public final class Setting {

    /** By its name: whoever imports its class is refreshed with Declarative Services, and takes along all who import us. */
    private static final String WRONG_TYPE = "org.osgi.service.component.ComponentException";

    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");

    private Setting() {}

    /**
     * The value as it is, null where it has neither value nor default. Declarative Services converts a value when it is
     * asked for, and says only then that it cannot.
     */
    public static <T> T value(String key, Supplier<T> configured) throws InvalidSettingException {
        try {
            return configured.get();
        } catch (RuntimeException e) {
            if (!e.getClass().getName().equals(WRONG_TYPE)) {
                throw e;
            }
            throw new InvalidSettingException(key + " has a value of the wrong type (" + e.getMessage() + ")");
        }
    }

    /** A value that must be there. */
    public static <T> T required(String key, Supplier<T> configured) throws InvalidSettingException {
        T value = value(key, configured);
        if (value == null) {
            throw new InvalidSettingException(key + " is missing, and has no default: set \"" + key + "\"");
        }
        return value;
    }

    /** A number within its limits. */
    public static int number(String key, Supplier<Integer> configured, int least, int most)
            throws InvalidSettingException {
        int number = required(key, configured);
        if (number < least || number > most) {
            throw new InvalidSettingException(key + " is " + number + ", and it must be from " + least + " to " + most);
        }
        return number;
    }

    /** A number from 0 on. */
    public static int notNegative(String key, Supplier<Integer> configured) throws InvalidSettingException {
        int number = required(key, configured);
        if (number < 0) {
            throw new InvalidSettingException(key + " must not be negative: " + number);
        }
        return number;
    }

    /** Permission bits, written in octal as for chmod(1). */
    public static int mode(String key, Supplier<String> configured) throws InvalidSettingException {
        String mode = required(key, configured).strip();
        if (!MODE.matcher(mode).matches()) {
            throw new InvalidSettingException(
                    key + " \"" + mode + "\" is none: permission bits in octal, for example \"0660\"");
        }
        return Integer.parseInt(mode, 8);
    }

    /**
     * The constant that a word means, in whatever case it is written.
     *
     * @param known those that may be meant
     */
    public static <E extends Enum<E>> E word(String key, Supplier<String> configured, E[] known)
            throws InvalidSettingException {
        String word = required(key, configured).strip();
        for (E each : known) {
            if (word(each).equals(word.toLowerCase(Locale.ROOT))) {
                return each;
            }
        }
        List<String> words = Arrays.stream(known).map(Setting::word).toList();
        throw new InvalidSettingException(key + " \"" + word + "\" is unknown (" + String.join(", ", words) + ")");
    }

    /** How a constant is written in a configuration: {@code pull-up} for PULL_UP. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
