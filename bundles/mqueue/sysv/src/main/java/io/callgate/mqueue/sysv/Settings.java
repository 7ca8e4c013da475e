// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.mqueue.Selection;
import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.Setting;
import java.nio.file.Path;

/**
 * A checked configuration.
 *
 * @param maxBytes 0 for the machine's default
 * @param maxMessageBytes 0 for the machine's
 * @param select what listeners get
 */
record Settings(
        Key key,
        Open open,
        Access access,
        int mode,
        int maxBytes,
        int maxMessageBytes,
        Selection select,
        Unlink unlink) {

    /** By what others know the queue. */
    sealed interface Key permits Number, FileKey {}

    /** A number that all have agreed upon. */
    record Number(int key) implements Key {}

    /** What ftok(3) makes of a file and a project. */
    record FileKey(Path path, int project) implements Key {}

    /** Whether it may, must or must not be there. */
    enum Open {
        CREATE,
        EXISTING,
        EXCLUSIVE
    }

    /** What is done with it; the permission that it takes. */
    enum Access {
        BOTH(0600),
        RECEIVE(0400),
        SEND(0200);

        private final int permission;

        Access(int permission) {
            this.permission = permission;
        }

        int permission() {
            return permission;
        }
    }

    /** What becomes of it when its configuration is deleted. */
    enum Unlink {
        NEVER,
        CREATED,
        ALWAYS
    }

    /** @throws InvalidSettingException with the sentence that says what is wrong */
    static Settings of(SysvQueueComponent.Config config) throws InvalidSettingException {
        return new Settings(
                key(config),
                Setting.word("open", config::open, Open.values()),
                Setting.word("access", config::access, Access.values()),
                Setting.mode("mode", config::mode),
                Setting.notNegative("maxBytes", config::maxBytes),
                Setting.notNegative("maxMessageBytes", config::maxMessageBytes),
                select(Setting.required("select", config::select)),
                Setting.word("unlink", config::unlink, Unlink.values()));
    }

    private static Key key(SysvQueueComponent.Config config) throws InvalidSettingException {
        String key = Setting.required("key", config::key).strip();
        String path = Setting.required("path", config::path).strip();
        if (key.isEmpty() == path.isEmpty()) {
            throw new InvalidSettingException("a System V queue is known by its \"key\" (0x2a), or by the \"path\" and"
                    + " \"project\" that ftok(3) makes a key of: set one of the two");
        }
        return key.isEmpty()
                ? new FileKey(Path.of(path), project(Setting.required("project", config::project)))
                : new Number(number(key));
    }

    private static int number(String key) throws InvalidSettingException {
        try {
            long number = Long.decode(key);
            if (number != 0 && number >= Integer.MIN_VALUE && number <= 0xffff_ffffL) {
                return (int) number;
            }
        } catch (NumberFormatException e) {
            throw new InvalidSettingException("key \"" + key + "\" is no number: 42 or 0x2a");
        }
        throw new InvalidSettingException("key \"" + key + "\" is none: a number of 32 bits other than 0");
    }

    /** As C programs write it: a character, or a number. */
    private static int project(String project) throws InvalidSettingException {
        if (project.length() == 1 && !Character.isDigit(project.charAt(0)) && project.charAt(0) < 0x80) {
            return project.charAt(0);
        }
        try {
            int number = Integer.decode(project.strip());
            if (number >= 1 && number <= 255) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new InvalidSettingException(
                    "project \"" + project + "\" is none: a letter, or a number from 1 to 255");
        }
        throw new InvalidSettingException("project \"" + project + "\" is none: a letter, or a number from 1 to 255");
    }

    private static Selection select(String select) throws InvalidSettingException {
        try {
            return Selection.parse(select);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException("select: " + e.getMessage());
        }
    }
}
