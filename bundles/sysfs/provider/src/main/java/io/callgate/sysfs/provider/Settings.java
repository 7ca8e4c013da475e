// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static io.callgate.resource.Setting.value;

import io.callgate.resource.InvalidSettingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A checked configuration.
 *
 * @param interval zero to read only when asked
 * @param deadband in the unit, not negative
 */
record Settings(
        PathPattern path,
        Type type,
        Codec codec,
        String unit,
        Duration interval,
        boolean notification,
        boolean writable,
        double deadband) {

    /** @throws InvalidSettingException with the sentence that says what is wrong */
    static Settings of(Path root, AttributeComponent.Config config) throws InvalidSettingException {
        String path = value("path", config::path);
        if (path == null || path.isBlank()) {
            throw new InvalidSettingException("its configuration has no \"path\"");
        }
        long interval = value("interval", config::interval);
        if (interval < 0) {
            throw new InvalidSettingException("interval must not be negative: " + interval + " ms");
        }
        double deadband = value("deadband", config::deadband);
        if (!(deadband >= 0)) {
            throw new InvalidSettingException("deadband must not be negative: " + deadband);
        }
        Type type = type(value("type", config::type));
        String unit = value("unit", config::unit);
        return new Settings(
                PathPattern.of(root, path.trim()),
                type,
                codec(type, config),
                unit == null ? "" : unit,
                Duration.ofMillis(interval),
                value("notify", config::notify$),
                value("writable", config::writable),
                deadband);
    }

    private static Codec codec(Type type, AttributeComponent.Config config) throws InvalidSettingException {
        double scale = value("scale", config::scale);
        double offset = value("offset", config::offset);
        if (!Double.isFinite(scale) || scale == 0) {
            throw new InvalidSettingException("scale must be a number other than 0: " + scale);
        }
        if (!Double.isFinite(offset)) {
            throw new InvalidSettingException("offset must be a number: " + offset);
        }
        return new Codec(type, scale, offset);
    }

    private static Type type(String word) throws InvalidSettingException {
        return Arrays.stream(Type.values())
                .filter(type ->
                        type.word().equals(word == null ? "" : word.trim().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidSettingException("type \"" + word + "\" is unknown (known: "
                        + Arrays.stream(Type.values()).map(Type::word).collect(Collectors.joining(", ")) + ")"));
    }

    /** True if the file that was opened for the other can serve this one too. */
    boolean sameFile(Settings other) {
        return path.equals(other.path) && type == other.type && writable == other.writable;
    }
}
