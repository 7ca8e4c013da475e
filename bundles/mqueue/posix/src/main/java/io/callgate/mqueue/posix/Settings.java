// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.osgi.service.component.ComponentException;

/**
 * A checked configuration.
 *
 * @param address of the queue, with its slash
 * @param maxMessages 0 for the machine's default
 * @param maxMessageBytes 0 for the machine's default
 */
record Settings(
        String address, Open open, Access access, int mode, int maxMessages, int maxMessageBytes, Unlink unlink) {

    /** Whether it may, must or must not be there. */
    enum Open {
        CREATE,
        EXISTING,
        EXCLUSIVE
    }

    /** What is done with it. */
    enum Access {
        BOTH(Abi.O_RDWR),
        RECEIVE(Abi.O_RDONLY),
        SEND(Abi.O_WRONLY);

        private final int flag;

        Access(int flag) {
            this.flag = flag;
        }

        int flag() {
            return flag;
        }
    }

    /** What becomes of it when its configuration is deleted. */
    enum Unlink {
        NEVER,
        CREATED,
        ALWAYS
    }

    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");
    private static final Pattern NAME = Pattern.compile("/[^/\0]+");

    /**
     * @param name of the configuration, which is the queue's unless it says another
     * @throws InvalidSettingException with the sentence that says what is wrong
     */
    static Settings of(String name, PosixQueueComponent.Config config) throws InvalidSettingException {
        String queue = value("queue", config::queue).strip();
        return new Settings(
                address(queue.isEmpty() ? "/" + name : queue),
                word("open", config::open, Open.values()),
                word("access", config::access, Access.values()),
                mode(value("mode", config::mode).strip()),
                number("maxMessages", config::maxMessages),
                number("maxMessageBytes", config::maxMessageBytes),
                word("unlink", config::unlink, Unlink.values()));
    }

    private static String address(String queue) throws InvalidSettingException {
        String address = queue.startsWith("/") ? queue : "/" + queue;
        if (!NAME.matcher(address).matches() || address.equals("/.") || address.equals("/..")) {
            throw new InvalidSettingException(
                    "queue \"" + queue + "\" is no name: a POSIX queue is called /NAME, with no other slash");
        }
        if (address.getBytes(java.nio.charset.StandardCharsets.UTF_8).length - 1 > Abi.NAME_MAX) {
            throw new InvalidSettingException("queue \"" + queue + "\" is longer than " + Abi.NAME_MAX + " bytes");
        }
        return address;
    }

    private static int mode(String mode) throws InvalidSettingException {
        if (!MODE.matcher(mode).matches()) {
            throw new InvalidSettingException(
                    "mode \"" + mode + "\" is none: permission bits in octal, for example \"0660\"");
        }
        return Integer.parseInt(mode, 8);
    }

    private static int number(String key, Supplier<Integer> configured) throws InvalidSettingException {
        int number = value(key, configured);
        if (number < 0) {
            throw new InvalidSettingException(key + " must not be negative: " + number);
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
        try {
            return configured.get();
        } catch (ComponentException e) {
            throw new InvalidSettingException(key + " has a value of the wrong type (" + e.getMessage() + ")");
        }
    }
}
