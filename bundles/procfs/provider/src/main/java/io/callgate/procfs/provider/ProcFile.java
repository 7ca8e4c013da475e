// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of /proc that is opened at its first use and read again by pread; opened anew if what it told of has gone.
 * Thread safe: readers take turns.
 */
final class ProcFile implements AutoCloseable {

    /** Makes a snapshot of the file's text. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(Cursor cursor) throws IOException;
    }

    private final LinuxFiles files;
    private final Path path;
    private final ProcBuffer buffer;
    private final Cursor cursor;
    private Fd fd;
    private boolean closed;

    ProcFile(LinuxFiles files, LinuxMemory memory, Path path) {
        this.files = files;
        this.path = path;
        this.buffer = new ProcBuffer(files, memory);
        this.cursor = new Cursor(path.toString());
    }

    synchronized <T> T read(Parser<T> parser) throws IOException {
        int length = fill();
        cursor.set(buffer.bytes(), length);
        return parser.parse(cursor);
    }

    private int fill() throws IOException {
        if (closed) {
            throw new ClosedFdException(path.toString());
        }
        if (fd != null) {
            try {
                return buffer.fill(fd);
            } catch (ErrnoException e) {
                drop();
                if (!e.is(Errno.ENODEV, Errno.ESRCH)) {
                    throw e;
                }
            }
        }
        fd = files.open(path);
        return buffer.fill(fd);
    }

    private void drop() {
        if (fd != null) {
            fd.close();
            fd = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        drop();
    }
}
