// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The files below /proc/sys: opened for each use, since they are many and used rarely. Thread safe. */
final class SysctlTree {

    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final Path folder;
    private final ProcBuffer buffer;
    private final Cursor cursor;

    /** @param proc where /proc is */
    SysctlTree(LinuxFiles files, LinuxMemory memory, Path proc) {
        this.files = files;
        this.memory = memory;
        this.folder = proc.resolve("sys");
        this.buffer = new ProcBuffer(files, memory);
        this.cursor = new Cursor(folder.toString());
    }

    /** The value without the newline at its end. */
    synchronized String read(SysctlKey key) throws IOException {
        try (Fd fd = files.open(key.below(folder))) {
            int length = buffer.fill(fd);
            cursor.set(buffer.bytes(), length);
            return cursor.rest();
        }
    }

    /** All of the value by one write, since each write is a value to the kernel. */
    void write(SysctlKey key, String value) throws IOException {
        byte[] bytes = (value + "\n").getBytes(StandardCharsets.UTF_8);
        NativeBuffer line = memory.allocate(bytes.length);
        line.bytes().put(0, bytes);
        try (Fd fd = files.open(key.below(folder), OpenFlag.WRONLY)) {
            int written = files.write(fd, line, 0, bytes.length);
            if (written == LinuxFiles.WOULD_BLOCK) {
                throw new ErrnoException("write", fd.subject(), Errno.EAGAIN);
            }
            if (written < bytes.length - 1) {
                throw new IOException(key + " took only the first " + written + " of " + bytes.length + " bytes of \""
                        + value + "\": look what it is now, and give it fewer values");
            }
        }
    }
}
