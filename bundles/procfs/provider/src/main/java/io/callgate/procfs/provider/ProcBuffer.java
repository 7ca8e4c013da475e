// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.procfs.MalformedProcException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Memory that holds a whole file of /proc, used again for the next one and grown when it must. Not thread safe.
 *
 * <p>Such files have no length, and a read may give less than there is: only a read of nothing is the end.
 */
final class ProcBuffer {

    private static final int FIRST_BYTES = 4096;
    private static final int MOST_BYTES = 16 << 20;

    private final LinuxFiles files;
    private final LinuxMemory memory;
    private NativeBuffer buffer;

    ProcBuffer(LinuxFiles files, LinuxMemory memory) {
        this.files = files;
        this.memory = memory;
        this.buffer = memory.allocate(FIRST_BYTES);
    }

    /** Reads a file from its beginning to its end and returns its length. */
    int fill(Fd fd) throws IOException {
        int length = 0;
        while (true) {
            if (length == buffer.size()) {
                grow(fd);
            }
            int count = files.pread(fd, buffer, length, buffer.size() - length, length);
            if (count == 0) {
                return length;
            }
            if (count == LinuxFiles.WOULD_BLOCK) {
                throw new ErrnoException("pread", fd.subject(), Errno.EAGAIN);
            }
            length += count;
        }
    }

    ByteBuffer bytes() {
        return buffer.bytes();
    }

    private void grow(Fd fd) throws IOException {
        if (buffer.size() >= MOST_BYTES) {
            throw new MalformedProcException(fd.subject() + " is longer than " + MOST_BYTES + " bytes");
        }
        NativeBuffer larger = memory.allocate(2 * buffer.size());
        larger.bytes().put(0, buffer.bytes(), 0, buffer.size());
        buffer = larger;
    }
}
