// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.Access;
import java.nio.ByteOrder;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.osgi.service.component.ComponentException;

/**
 * A checked configuration.
 *
 * @param create the FIFO is made if there is none
 * @param mode permission bits of one that is made
 * @param alone nobody else writes to it
 * @param pipeBytes capacity of the pipe; 0 for the kernel's default
 */
record Settings(Path path, boolean create, int mode, Access access, Framing framing, boolean alone, int pipeBytes) {

    private enum Order {
        NATIVE,
        BIG,
        LITTLE;

        ByteOrder bytes() {
            return switch (this) {
                case NATIVE -> ByteOrder.nativeOrder();
                case BIG -> ByteOrder.BIG_ENDIAN;
                case LITTLE -> ByteOrder.LITTLE_ENDIAN;
            };
        }
    }

    private enum Writers {
        MANY,
        ONE
    }

    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");
    private static final int LONGEST_RECORD = 1 << 20;

    /** @throws InvalidSettingException with the sentence that says what is wrong */
    static Settings of(FifoComponent.Config config) throws InvalidSettingException {
        return new Settings(
                path(value("path", config::path).strip()),
                value("create", config::create),
                mode(value("mode", config::mode).strip()),
                word("access", config::access, Access.values()),
                framing(config),
                word("writers", config::writers, Writers.values()) == Writers.ONE,
                number("pipeBytes", config::pipeBytes, 0, Integer.MAX_VALUE));
    }

    private static Path path(String text) throws InvalidSettingException {
        try {
            Path path = Path.of(text);
            if (text.isEmpty() || !path.isAbsolute() || path.getFileName() == null) {
                throw new InvalidSettingException(
                        "path \"" + text + "\" is none: the whole path of the FIFO, for example /run/orders");
            }
            return path.normalize();
        } catch (InvalidPathException e) {
            throw new InvalidSettingException("path \"" + text + "\" cannot be a path: " + e.getReason());
        }
    }

    private static int mode(String mode) throws InvalidSettingException {
        if (!MODE.matcher(mode).matches()) {
            throw new InvalidSettingException(
                    "mode \"" + mode + "\" is none: permission bits in octal, for example \"0660\"");
        }
        return Integer.parseInt(mode, 8);
    }

    private static Framing framing(FifoComponent.Config config) throws InvalidSettingException {
        Framing.Kind kind = word("framing", config::framing, Framing.Kind.values());
        int recordBytes = number("recordBytes", config::recordBytes, 1, LONGEST_RECORD);
        int prefix = number("lengthBytes", config::lengthBytes, 1, Integer.BYTES);
        ByteOrder order =
                word("lengthOrder", config::lengthOrder, Order.values()).bytes();
        if (kind != Framing.Kind.LENGTH) {
            return new Framing(kind, recordBytes, 0, order);
        }
        if (prefix == 3 || recordBytes >= 1L << prefix * Byte.SIZE) {
            throw new InvalidSettingException("lengthBytes is " + prefix + ", and there are 1, 2 and 4, as many as the"
                    + " number of recordBytes, " + recordBytes + ", needs");
        }
        return new Framing(kind, recordBytes, prefix, order);
    }

    private static int number(String key, Supplier<Integer> configured, int least, int most)
            throws InvalidSettingException {
        int number = value(key, configured);
        if (number < least || number > most) {
            throw new InvalidSettingException(key + " is " + number + ", and it must be from " + least + " to " + most);
        }
        return number;
    }

    private static <E extends Enum<E>> E word(String key, Supplier<String> configured, E[] known)
            throws InvalidSettingException {
        String word = value(key, configured).strip();
        for (E each : known) {
            if (lower(each).equals(word.toLowerCase(Locale.ROOT))) {
                return each;
            }
        }
        List<String> words = Arrays.stream(known).map(Settings::lower).toList();
        throw new InvalidSettingException(key + " \"" + word + "\" is unknown (" + String.join(", ", words) + ")");
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Declarative Services converts a value when it is asked for, and says only then that it cannot. */
    private static <T> T value(String key, Supplier<T> configured) throws InvalidSettingException {
        T value;
        try {
            value = configured.get();
        } catch (ComponentException e) {
            throw new InvalidSettingException(key + " has a value of the wrong type (" + e.getMessage() + ")");
        }
        if (value == null) {
            throw new InvalidSettingException(key + " is missing, and has no default: set \"" + key + "\"");
        }
        return value;
    }
}
