// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.IOException;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** Memory outside the Java heap. Thread safe. */
@ProviderType
public interface LinuxMemory {

    /** What may be done with mapped memory. */
    enum Protection {
        /** It may be read. */
        READ,
        /** It may be written. */
        WRITE
    }

    /** Zeroed memory for arguments and results, aligned to 16 bytes; it goes with the garbage collector. */
    NativeBuffer allocate(int bytes);

    /**
     * As {@link #allocate(int)}, aligned to more: O_DIRECT wants buffers at multiples of the device's sector size.
     *
     * @param alignment in bytes, a power of two
     */
    NativeBuffer allocate(int bytes, int alignment);

    /**
     * Maps a range of a descriptor, shared with everybody who maps it; the caller owns the result. The descriptor may
     * be closed afterwards.
     *
     * @param position in the file, a multiple of the page size
     * @param length in bytes, more than 0
     * @throws ErrnoException EACCES, ENODEV (cannot be mapped), ENOMEM, EINVAL
     * @see <a href="https://man7.org/linux/man-pages/man2/mmap.2.html">mmap(2)</a>
     */
    Mapping map(Fd fd, long position, int length, Set<Protection> protection) throws IOException;

    /**
     * Attaches the whole of a System V segment, shared with everybody who attaches it; the caller owns the result, and
     * closing it detaches it.
     *
     * @param segment its identifier, as shmget(2) gives it
     * @throws ErrnoException EACCES, EINVAL (no such segment), EIDRM, ENOMEM; EFBIG if it has more than 2 GiB
     * @see <a href="https://man7.org/linux/man-pages/man2/shmat.2.html">shmat(2)</a>
     */
    Mapping attach(int segment, Set<Protection> protection) throws IOException;

    /**
     * An anonymous file in memory, of length 0, that may be sealed ({@link Fcntl#F_ADD_SEALS}).
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</a>
     */
    Fd memfd(String name) throws IOException;

    /** The kernel's page size in bytes. */
    int pageSize();
}
