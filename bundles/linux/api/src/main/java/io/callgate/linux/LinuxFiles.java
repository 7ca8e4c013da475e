// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Files, devices and what else has a descriptor. Thread safe; makes no garbage in steady state; no call blocks, except
 * for the time a driver takes. EINTR is handled inside.
 *
 * <p>Every method throws {@link ErrnoException} with the kernel's errno, and {@link ClosedFdException} after close.
 */
@ProviderType
public interface LinuxFiles {

    /** Returned by read and write calls when the descriptor has nothing, or no room, right now (EAGAIN). */
    int WOULD_BLOCK = Integer.MIN_VALUE;

    /**
     * Opens a path; the caller owns the result. A new file gets mode 0600.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
     */
    default Fd open(Path path, OpenFlag... flags) throws IOException {
        return open(path, 0600, flags);
    }

    /** Opens a path, with the permission bits of a file that is created (subject to the umask). */
    Fd open(Path path, int mode, OpenFlag... flags) throws IOException;

    /**
     * Reads at the descriptor's position.
     *
     * @return bytes read, 0 at the end of the file, {@link #WOULD_BLOCK} if there is nothing now
     * @throws IndexOutOfBoundsException if offset and length are not within the buffer
     * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
     */
    int read(Fd fd, NativeBuffer into, int offset, int length) throws IOException;

    /**
     * Writes at the descriptor's position.
     *
     * @return bytes written, which may be fewer than length, or {@link #WOULD_BLOCK}
     * @see <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>
     */
    int write(Fd fd, NativeBuffer from, int offset, int length) throws IOException;

    /**
     * Reads at a position of the file, leaving the descriptor's own alone: how /proc and /sys files are read again.
     *
     * @return as {@link #read}
     * @see <a href="https://man7.org/linux/man-pages/man2/pread.2.html">pread(2)</a>
     */
    int pread(Fd fd, NativeBuffer into, int offset, int length, long position) throws IOException;

    /** Writes at a position of the file. Returns as {@link #write}. */
    int pwrite(Fd fd, NativeBuffer from, int offset, int length, long position) throws IOException;

    /**
     * A request whose argument is a number, or that has none (0). EINTR repeats it, so the request must bear that;
     * EAGAIN is a failure like any other, since {@link #WOULD_BLOCK} may be a driver's answer.
     *
     * @return what the driver returned, not negative
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</a>
     */
    int ioctl(Fd fd, Ioctl request, long argument) throws IOException;

    /**
     * A request whose argument is a structure at an offset of the buffer. EINTR and EAGAIN are as above.
     *
     * @throws IndexOutOfBoundsException if the size that the request's number states is not within the buffer
     */
    int ioctl(Fd fd, Ioctl request, NativeBuffer argument, int offset) throws IOException;

    /**
     * A request that makes a descriptor and puts its number, an int, into the structure (GPIO_V2_GET_LINE_IOCTL, for
     * example); the caller owns it. It is closed on exec, whether the driver sees to that or not.
     *
     * @param fdOffset where the driver puts the number, in bytes from the beginning of the structure
     * @param subject the new descriptor's {@link Fd#subject()}
     * @throws IndexOutOfBoundsException if the size that the request's number states is not within the buffer, or the
     *     number's place is not
     */
    Fd ioctlForFd(Fd fd, Ioctl request, NativeBuffer argument, int offset, int fdOffset, String subject)
            throws IOException;

    /**
     * Descriptor commands; the numbers are in {@link Fcntl}.
     *
     * @throws IllegalArgumentException for F_DUPFD, which would make a descriptor that nobody owns
     * @see <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>
     */
    int fcntl(Fd fd, int command, long argument) throws IOException;

    /** The file system below a path. @see <a href="https://man7.org/linux/man-pages/man2/statfs.2.html">statfs(2)</a> */
    StatFs statfs(Path path) throws IOException;

    /**
     * Gives the file real blocks for a range, so that writing there cannot fail or, through a mapping, kill.
     *
     * @throws ErrnoException ENOSPC if the medium has not that much, EOPNOTSUPP, EFBIG
     * @see <a href="https://man7.org/linux/man-pages/man3/posix_fallocate.3.html">posix_fallocate(3)</a>
     */
    void allocate(Fd fd, long position, long length) throws IOException;
}
