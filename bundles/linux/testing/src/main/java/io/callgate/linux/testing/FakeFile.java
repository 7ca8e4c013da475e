// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a descriptor leads to: what the kernel's driver would do with each call. Every method refuses, as a driver does
 * that has no such operation; override those that the test is about, and {@code throw refuse(Errno.EBUSY)} for an
 * error: the fake door adds the call and the path.
 */
@ConsumerType
public interface FakeFile {

    /**
     * Fills the buffer, from its position on, with what stands at a position of the file.
     *
     * @return bytes read, 0 at the end, {@link LinuxFiles#WOULD_BLOCK} if there is nothing now
     */
    default int read(ByteBuffer into, long position) throws IOException {
        throw refuse(Errno.EINVAL);
    }

    /** Takes the buffer's bytes. Returns how many it took, or {@link LinuxFiles#WOULD_BLOCK}. */
    default int write(ByteBuffer from, long position) throws IOException {
        throw refuse(Errno.EINVAL);
    }

    /** A request with a number. */
    default int ioctl(Ioctl request, long argument) throws IOException {
        throw refuse(Errno.ENOTTY);
    }

    /** A request with a structure, which may be read and filled; it has the size that the request states. */
    default int ioctl(Ioctl request, ByteBuffer argument) throws IOException {
        throw refuse(Errno.ENOTTY);
    }

    /** A request with a structure that makes a descriptor: what that leads to. */
    default FakeFile ioctlForFd(Ioctl request, ByteBuffer argument) throws IOException {
        throw refuse(Errno.ENOTTY);
    }

    /** Shared memory for a range of it. */
    default ByteBuffer map(long position, int length, boolean writable) throws IOException {
        throw refuse(Errno.ENODEV);
    }

    /** Real blocks for a range of it. */
    default void allocate(long position, long length) throws IOException {
        throw refuse(Errno.EOPNOTSUPP);
    }

    /** Bits of {@link io.callgate.linux.Ready} that it is ready for by itself, level-triggered. */
    default int ready() {
        return 0;
    }

    /** The last descriptor use has ended. */
    default void close() {}

    /** An error for any of these methods to throw. */
    static ErrnoException refuse(Errno errno) {
        return new ErrnoException("", "", errno);
    }

    /** A file whose text is made anew whenever it is read from its beginning, and that cannot be written. */
    static FakeFile text(Supplier<String> content) {
        return new TextFile(content);
    }
}
