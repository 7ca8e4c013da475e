// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static org.junit.jupiter.api.Assumptions.abort;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file system of one's own; needs CAP_SYS_ADMIN. */
record Tmpfs(Door door, Path at) implements AutoCloseable {

    private static final int MS_RDONLY = 1;
    private static final int MS_REMOUNT = 32;
    private static final int MNT_DETACH = 2;

    static Tmpfs mount(Door door, Path at, String options) throws IOException {
        Files.createDirectories(at);
        try {
            door.calls.call("mount", "tmpfs", at.toString(), "tmpfs", 0L, options);
        } catch (ErrnoException e) {
            if (e.is(Errno.EPERM)) {
                abort("may not mount a tmpfs: " + e.getMessage());
            }
            throw e;
        }
        return new Tmpfs(door, at);
    }

    void readOnly() throws IOException {
        door.calls.call("mount", null, at.toString(), null, (long) (MS_REMOUNT | MS_RDONLY), null);
    }

    @Override
    public void close() {
        try {
            door.calls.call("umount2", at.toString(), MNT_DETACH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
