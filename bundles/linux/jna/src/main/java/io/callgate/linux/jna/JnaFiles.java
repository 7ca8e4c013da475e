// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Kernel.K;
import static io.callgate.linux.jna.Libc.C;

import io.callgate.linux.Architecture;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.StatFs;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Files by open(2), read(2) and their kin. Every call has the same shape: check the buffer, count into the descriptor,
 * call until it was not interrupted, count out; the buffer stays reachable to the end, since only its address is known
 * to the kernel.
 */
@Component
public final class JnaFiles implements LinuxFiles {

    private static final int F_DUPFD = 0;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final Descriptors descriptors;

    @Activate
    public JnaFiles(@org.osgi.service.component.annotations.Reference Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public Fd open(Path path, int mode, OpenFlag... flags) throws IOException {
        int word = OpenFlags.word(flags, Architecture.current());
        String subject = path.toString();
        Block name = Block.cString(subject);
        try {
            int number;
            do {
                number = C.open64(name.address(), word, mode);
            } while (number < 0 && Failures.interrupted("open", subject));
            return descriptors.own(number, subject);
        } finally {
            Reference.reachabilityFence(name);
        }
    }

    @Override
    public int read(Fd fd, NativeBuffer into, int offset, int length) throws IOException {
        CountedFd file = CountedFd.of(fd);
        long address = Block.address(into, offset, length);
        int number = file.enter();
        try {
            long count;
            do {
                count = K.read(number, address, length);
            } while (count < 0 && Failures.retry("read", file, count));
            return count < 0 ? WOULD_BLOCK : (int) count;
        } finally {
            file.leave();
            Reference.reachabilityFence(into);
        }
    }

    @Override
    public int write(Fd fd, NativeBuffer from, int offset, int length) throws IOException {
        CountedFd file = CountedFd.of(fd);
        long address = Block.address(from, offset, length);
        int number = file.enter();
        try {
            long count;
            do {
                count = K.write(number, address, length);
            } while (count < 0 && Failures.retry("write", file, count));
            return count < 0 ? WOULD_BLOCK : (int) count;
        } finally {
            file.leave();
            Reference.reachabilityFence(from);
        }
    }

    @Override
    public int pread(Fd fd, NativeBuffer into, int offset, int length, long position) throws IOException {
        CountedFd file = CountedFd.of(fd);
        long address = Block.address(into, offset, length);
        int number = file.enter();
        try {
            long count;
            do {
                count = K.pread(number, address, length, position);
            } while (count < 0 && Failures.retry("pread", file, count));
            return count < 0 ? WOULD_BLOCK : (int) count;
        } finally {
            file.leave();
            Reference.reachabilityFence(into);
        }
    }

    @Override
    public int pwrite(Fd fd, NativeBuffer from, int offset, int length, long position) throws IOException {
        CountedFd file = CountedFd.of(fd);
        long address = Block.address(from, offset, length);
        int number = file.enter();
        try {
            long count;
            do {
                count = K.pwrite(number, address, length, position);
            } while (count < 0 && Failures.retry("pwrite", file, count));
            return count < 0 ? WOULD_BLOCK : (int) count;
        } finally {
            file.leave();
            Reference.reachabilityFence(from);
        }
    }

    @Override
    public int ioctl(Fd fd, Ioctl request, long argument) throws IOException {
        CountedFd file = CountedFd.of(fd);
        int number = file.enter();
        try {
            long result;
            do {
                result = K.ioctl(number, Integer.toUnsignedLong(request.number()), argument);
            } while (Kernel.isError(result) && Failures.interrupted("ioctl", file.subject(), result));
            return (int) result;
        } finally {
            file.leave();
        }
    }

    @Override
    public int ioctl(Fd fd, Ioctl request, NativeBuffer argument, int offset) throws IOException {
        CountedFd file = CountedFd.of(fd);
        long address = Block.address(argument, offset, request.size());
        int number = file.enter();
        try {
            long result;
            do {
                result = K.ioctl(number, Integer.toUnsignedLong(request.number()), address);
            } while (Kernel.isError(result) && Failures.interrupted("ioctl", file.subject(), result));
            return (int) result;
        } finally {
            file.leave();
            Reference.reachabilityFence(argument);
        }
    }

    @Override
    public Fd ioctlForFd(Fd fd, Ioctl request, NativeBuffer argument, int offset, int fdOffset, String subject)
            throws IOException {
        Objects.checkFromIndexSize(offset + fdOffset, Integer.BYTES, argument.size());
        ioctl(fd, request, argument, offset);
        int number = argument.bytes().getInt(offset + fdOffset);
        return descriptors.ownClosedOnExec(number, subject);
    }

    @Override
    public int fcntl(Fd fd, int command, long argument) throws IOException {
        if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) {
            throw new IllegalArgumentException("F_DUPFD makes a number nobody owns: open /proc/self/fd again instead");
        }
        CountedFd file = CountedFd.of(fd);
        int number = file.enter();
        try {
            long result;
            do {
                result = K.fcntl(number, command, argument);
            } while (Kernel.isError(result) && Failures.interrupted("fcntl", file.subject(), result));
            return (int) result;
        } finally {
            file.leave();
        }
    }

    @Override
    public StatFs statfs(Path path) throws IOException {
        Layout.StatFs64 at = Layout.CURRENT.statfs();
        Block name = Block.cString(path.toString());
        Block result = Block.allocate(at.size());
        try {
            int failed;
            do {
                failed = C.statfs64(name.address(), result.address());
            } while (failed < 0 && Failures.interrupted("statfs", path.toString()));
        } finally {
            Reference.reachabilityFence(name);
            Reference.reachabilityFence(result);
        }
        ByteBuffer bytes = result.bytes();
        return new StatFs(
                field(bytes, at.type(), at.fieldBytes()),
                field(bytes, at.bsize(), at.fieldBytes()),
                bytes.getLong(at.blocks()),
                bytes.getLong(at.bfree()),
                bytes.getLong(at.bavail()),
                bytes.getLong(at.files()),
                bytes.getLong(at.ffree()));
    }

    @Override
    public void allocate(Fd fd, long position, long length) throws IOException {
        CountedFd file = CountedFd.of(fd);
        int number = file.enter();
        try {
            int errno;
            do {
                errno = C.posix_fallocate64(number, position, length);
            } while (errno == Errno.EINTR.number());
            if (errno != 0) {
                throw new ErrnoException("posix_fallocate", file.subject(), Errno.of(errno));
            }
        } finally {
            file.leave();
        }
    }

    private static long field(ByteBuffer bytes, int offset, int size) {
        return size == Long.BYTES ? bytes.getLong(offset) : Integer.toUnsignedLong(bytes.getInt(offset));
    }
}
