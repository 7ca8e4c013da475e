// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.IpcKey;
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
        IpcKey key,
        Open open,
        Access access,
        int mode,
        int maxBytes,
        int maxMessageBytes,
        Selection select,
        Unlink unlink) {

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

    private static IpcKey key(SysvQueueComponent.Config config) throws InvalidSettingException {
        String key = Setting.required("key", config::key).strip();
        String path = Setting.required("path", config::path).strip();
        if (key.isEmpty() == path.isEmpty()) {
            throw new InvalidSettingException("a System V queue is known by its \"key\" (0x2a), or by the \"path\" and"
                    + " \"project\" that ftok(3) makes a key of: set one of the two");
        }
        String project = Setting.required("project", config::project);
        try {
            return key.isEmpty() ? IpcKey.file(Path.of(path), project) : IpcKey.number(key);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(e.getMessage());
        }
    }

    private static Selection select(String select) throws InvalidSettingException {
        try {
            return Selection.parse(select);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException("select: " + e.getMessage());
        }
    }
}
