// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import static io.callgate.resource.Setting.value;

import io.callgate.resource.InvalidSettingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A checked configuration. */
record Settings(Path path, Access access, boolean exclusive, boolean direct, boolean writeMounted) {

    /** @throws InvalidSettingException with the sentence that says what is wrong */
    static Settings of(DeviceComponent.Config config) throws InvalidSettingException {
        return new Settings(
                path(value("path", config::path)),
                access(value("access", config::access)),
                value("exclusive", config::exclusive),
                value("direct", config::direct),
                value("writeMounted", config::writeMounted));
    }

    private static Path path(String text) throws InvalidSettingException {
        if (text == null || text.isBlank()) {
            throw new InvalidSettingException("its configuration has no \"path\"");
        }
        try {
            Path path = Path.of(text.trim());
            if (path.isAbsolute() && path.getNameCount() == 0) {
                throw new InvalidSettingException(
                        "path \"" + text + "\" is the root folder: name a node such as /dev/ttyS0");
            }
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new InvalidSettingException("path is no path: " + e.getMessage());
        }
        throw new InvalidSettingException("path \"" + text + "\" is not absolute: name a node such as /dev/" + text);
    }

    private static Access access(String word) throws InvalidSettingException {
        String wanted = word == null ? "" : word.trim().toLowerCase(Locale.ROOT);
        return Arrays.stream(Access.values())
                .filter(access -> access.word().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new InvalidSettingException("access \"" + word + "\" is unknown (known: "
                        + Arrays.stream(Access.values()).map(Access::word).collect(Collectors.joining(", ")) + ")"));
    }
}
