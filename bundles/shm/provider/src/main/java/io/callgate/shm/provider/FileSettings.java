// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.osgi.service.component.ComponentException;

/**
 * What rings and boards have in common of a checked configuration.
 *
 * @param owner whose the file may be; empty for the gateway's user and root
 */
record FileSettings(Path path, Open open, int mode, String owner, Unlink unlink) {

    /** Whether it may, must or must not be there. */
    enum Open {
        CREATE,
        EXISTING,
        EXCLUSIVE
    }

    /** What becomes of it when its configuration is deleted. */
    enum Unlink {
        NEVER,
        CREATED,
        ALWAYS
    }

    private static final Path DEFAULT_FOLDER = Path.of("/dev/shm");
    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");

    static FileSettings of(
            String name,
            Supplier<String> path,
            Supplier<String> open,
            Supplier<String> mode,
            Supplier<String> owner,
            Supplier<String> unlink)
            throws InvalidSettingException {
        return new FileSettings(
                path(name, value("path", path).strip()),
                word("open", open, Open.values()),
                mode(value("mode", mode).strip()),
                value("owner", owner).strip(),
                word("unlink", unlink, Unlink.values()));
    }

    /** A value of another type than the key's has no conversion. */
    static <T> T value(String key, Supplier<T> getter) throws InvalidSettingException {
        try {
            return getter.get();
        } catch (ComponentException e) {
            throw new InvalidSettingException("\"" + key + "\" has a value of the wrong type");
        }
    }

    static <E extends Enum<E>> E word(String key, Supplier<String> getter, E[] words) throws InvalidSettingException {
        String value = value(key, getter);
        List<String> known = Arrays.stream(words).map(FileSettings::lower).toList();
        int index = known.indexOf(value.strip());
        if (index < 0) {
            throw new InvalidSettingException(
                    "\"" + key + "\" is \"" + value + "\", not one of " + String.join(", ", known));
        }
        return words[index];
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static int number(String key, Supplier<Integer> getter, int least, int most) throws InvalidSettingException {
        int value = value(key, getter);
        if (value < least || value > most) {
            throw new InvalidSettingException(
                    "\"" + key + "\" is " + value + ", not a number from " + least + " to " + most);
        }
        return value;
    }

    private static Path path(String name, String path) throws InvalidSettingException {
        try {
            Path file = path.isEmpty() ? DEFAULT_FOLDER.resolve(name) : Path.of(path);
            if (!file.isAbsolute() || file.getParent() == null) {
                throw new InvalidSettingException("\"path\" is \"" + path + "\", not an absolute path of a file");
            }
            return file.normalize();
        } catch (InvalidPathException e) {
            throw new InvalidSettingException("\"path\" is \"" + path + "\": " + e.getReason());
        }
    }

    private static int mode(String mode) throws InvalidSettingException {
        if (!MODE.matcher(mode).matches()) {
            throw new InvalidSettingException(
                    "\"mode\" is \"" + mode + "\", not permission bits in octal, such as 0660");
        }
        return Integer.parseInt(mode, 8);
    }
}
