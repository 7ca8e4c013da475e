// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether standard output goes to journald: systemd says in {@code JOURNAL_STREAM} which stream it has connected, by
 * device and inode; the variable alone may have been inherited by somebody whose output goes elsewhere.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/systemd.exec.5.html">systemd.exec(5), JOURNAL_STREAM</a>
 */
final class Journal {

    private Journal() {}

    static boolean isStandardOutput() {
        return isStream(System.getenv("JOURNAL_STREAM"), Path.of("/proc/self/fd/1"));
    }

    static boolean isStream(String deviceAndInode, Path stream) {
        if (deviceAndInode == null) {
            return false;
        }
        try {
            return deviceAndInode.equals(
                    Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino"));
        } catch (IOException e) {
            return false; // standard output is closed
        }
    }
}
