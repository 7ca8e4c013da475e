// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A checked configuration of a region.
 *
 * @param map of a UIO device; -1 for anything else
 * @param length 0 for all there is
 */
record RegionSettings(Path path, int map, long position, long length, boolean isWritable) {

    static final int NO_MAP = -1;
    private static final int MOST_MAPS = 5; // MAX_UIO_MAPS
    private static final Pattern UIO = Pattern.compile("/dev/uio\\d+");

    /** What may be done with it. */
    enum Access {
        READ,
        WRITE
    }

    /** @throws InvalidSettingException with the sentence that says what is wrong */
    static RegionSettings of(RegionComponent.Config config) throws InvalidSettingException {
        Path path = path(FileSettings.value("path", config::path));
        int map = FileSettings.number("map", config::map, NO_MAP, MOST_MAPS - 1);
        boolean isUio = UIO.matcher(path.toString()).matches();
        if (isUio && map == NO_MAP) {
            throw new InvalidSettingException(path + " is a UIO device: say which of its maps, \"map\": 0");
        }
        if (!isUio && map != NO_MAP) {
            throw new InvalidSettingException("\"map\" is " + map + ", but " + path + " is no UIO device (/dev/uioN)");
        }
        return new RegionSettings(
                path,
                map,
                number("position", FileSettings.value("position", config::position), Long.MAX_VALUE),
                number("length", FileSettings.value("length", config::length), Integer.MAX_VALUE),
                FileSettings.word("access", config::access, Access.values()) == Access.WRITE);
    }

    private static Path path(String path) throws InvalidSettingException {
        try {
            if (path == null || !Path.of(path.strip()).isAbsolute()) {
                throw new InvalidSettingException("\"path\" is missing, or not an absolute path");
            }
            return Path.of(path.strip()).normalize();
        } catch (InvalidPathException e) {
            throw new InvalidSettingException("\"path\" is \"" + path + "\": " + e.getReason());
        }
    }

    private static long number(String key, long value, long most) throws InvalidSettingException {
        if (value < 0 || value > most) {
            throw new InvalidSettingException("\"" + key + "\" is " + value + ", not a number from 0 to " + most);
        }
        return value;
    }
}
