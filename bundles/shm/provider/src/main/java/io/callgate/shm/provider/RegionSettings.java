// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.IpcKey;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A checked configuration of a region.
 *
 * @param length 0 for all there is
 */
record RegionSettings(Source source, long position, long length, boolean isWritable) {

    static final int NO_MAP = -1;
    private static final int MOST_MAPS = 5; // MAX_UIO_MAPS
    private static final Pattern UIO = Pattern.compile("/dev/uio\\d+");

    /** What memory it is. */
    sealed interface Source permits File, Segment {}

    /** Of a file, or of a UIO device. @param map of the device; -1 for a file */
    record File(Path path, int map) implements Source {

        @Override
        public String toString() {
            return path + (map == NO_MAP ? "" : " map " + map);
        }
    }

    /** A System V segment. */
    record Segment(IpcKey key) implements Source {

        @Override
        public String toString() {
            return "segment " + key;
        }
    }

    /** What may be done with it. */
    enum Access {
        READ,
        WRITE
    }

    /** @throws InvalidSettingException with the sentence that says what is wrong */
    static RegionSettings of(RegionComponent.Config config) throws InvalidSettingException {
        return new RegionSettings(
                source(config),
                number("position", FileSettings.value("position", config::position), Long.MAX_VALUE),
                number("length", FileSettings.value("length", config::length), Integer.MAX_VALUE),
                FileSettings.word("access", config::access, Access.values()) == Access.WRITE);
    }

    private static Source source(RegionComponent.Config config) throws InvalidSettingException {
        String path = FileSettings.value("path", config::path).strip();
        String key = FileSettings.value("key", config::key).strip();
        String project = FileSettings.value("project", config::project).strip();
        int map = FileSettings.number("map", config::map, NO_MAP, MOST_MAPS - 1);
        if (path.isEmpty() == key.isEmpty()) {
            throw new InvalidSettingException(
                    "a region is known by a \"path\", or, of System V, by its \"key\" (0x2a): set one of the two");
        }
        if (!key.isEmpty() && !project.isEmpty()) {
            throw new InvalidSettingException(
                    "\"project\" goes with the \"path\" that ftok(3) makes a key of: a \"key\"" + " needs none");
        }
        if (key.isEmpty() && project.isEmpty()) {
            return file(path(path), map);
        }
        if (map != NO_MAP) {
            throw new InvalidSettingException("\"map\" is " + map + ", but a System V segment has no maps");
        }
        try {
            return new Segment(key.isEmpty() ? IpcKey.file(path(path), project) : IpcKey.number(key));
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(e.getMessage());
        }
    }

    private static File file(Path path, int map) throws InvalidSettingException {
        boolean isUio = UIO.matcher(path.toString()).matches();
        if (isUio && map == NO_MAP) {
            throw new InvalidSettingException(path + " is a UIO device: say which of its maps, \"map\": 0");
        }
        if (!isUio && map != NO_MAP) {
            throw new InvalidSettingException("\"map\" is " + map + ", but " + path + " is no UIO device (/dev/uioN)");
        }
        return new File(path, map);
    }

    /** How long it is where there are so many bytes. */
    long lengthOf(long there) throws RefusedException {
        long all = length > 0 ? length : there - position;
        if (all <= 0 || all > there - position) {
            throw new RefusedException(source + " has " + there + " bytes there, and position " + position
                    + " with length " + length + " is beyond: another \"position\" or \"length\"");
        }
        return all;
    }

    private static Path path(String path) throws InvalidSettingException {
        try {
            if (!Path.of(path).isAbsolute()) {
                throw new InvalidSettingException("\"path\" is \"" + path + "\", not an absolute path");
            }
            return Path.of(path).normalize();
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
