// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fcntl;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxWaiting;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** The system calls of FIFOs, with the kernel's words. Thread safe. */
final class FifoCalls {

    /** What stands at a path, or behind a handle. */
    record Node(long device, long inode, int mode) {

        private static final int TYPE = 0170000;
        private static final int FIFO = 0010000;

        boolean isFifo() {
            return (mode & TYPE) == FIFO;
        }

        boolean isSame(Node other) {
            return device == other.device && inode == other.inode;
        }

        /** What it is, with its article. */
        String what() {
            return switch (mode & TYPE) {
                case FIFO -> "a FIFO";
                case 0020000 -> "a character device";
                case 0040000 -> "a directory";
                case 0060000 -> "a block device";
                case 0100000 -> "a regular file";
                case 0120000 -> "a symbolic link";
                case 0140000 -> "a socket";
                default -> "a file of an unknown type";
            };
        }
    }

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_SIZE = 256;
    private static final int STATX_MODE = 28;
    private static final int STATX_INO = 32;
    private static final int STATX_DEV_MAJOR = 136;
    private static final int STATX_DEV_MINOR = 140;
    private static final int S_IFIFO = 0010000;
    private static final Ioctl FIONREAD = new Ioctl(0x541B);

    private final LinuxCalls calls;
    private final LinuxMemory memory;
    private final LinuxFiles files;
    private final LinuxWaiting waiting;
    private final Path self;

    /** @param self {@code /proc/self/fd} */
    FifoCalls(LinuxCalls calls, LinuxMemory memory, LinuxFiles files, LinuxWaiting waiting, Path self) {
        this.calls = calls;
        this.memory = memory;
        this.files = files;
        this.waiting = waiting;
        this.self = self;
    }

    LinuxFiles files() {
        return files;
    }

    LinuxWaiting waiting() {
        return waiting;
    }

    NativeBuffer allocate(int bytes) {
        return memory.allocate(bytes);
    }

    /** A handle on what stands at a path, links not followed. */
    Fd handle(Path path) throws IOException {
        return files.open(path, OpenFlag.PATH, OpenFlag.NOFOLLOW);
    }

    /** Makes a FIFO; false if there is something already. */
    boolean make(Path path, int mode) throws IOException {
        try {
            calls.call("mknodat", AT_FDCWD, path.toString(), S_IFIFO | mode, 0);
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.EEXIST)) {
                return false;
            }
            throw new ErrnoException("mkfifo", path.toString(), e.errno());
        }
    }

    /** Sets the permission bits of what a handle is on. */
    void chmod(Fd handle, int mode) throws IOException {
        try (Fd.Use use = handle.use()) {
            calls.call("fchmodat", AT_FDCWD, path(use).toString(), mode);
        } catch (ErrnoException e) {
            throw new ErrnoException("chmod", handle.subject(), e.errno());
        }
    }

    /** Opens what a handle or descriptor is on once more: no path is walked, so it is the same FIFO. */
    Fd open(Fd same, OpenFlag access) throws IOException {
        try (Fd.Use use = same.use()) {
            return files.open(path(use), access);
        } catch (ErrnoException e) {
            throw new ErrnoException("open", same.subject(), e.errno());
        }
    }

    private Path path(Fd.Use use) {
        return self.resolve(Integer.toString(use.number()));
    }

    Node node(Fd handle) throws IOException {
        NativeBuffer answer = memory.allocate(STATX_SIZE);
        calls.call("statx", handle, "", AT_EMPTY_PATH, STATX_BASIC_STATS, answer);
        return node(answer);
    }

    /** What stands at a path, links not followed; empty if nothing does. */
    Optional<Node> node(Path path) throws IOException {
        NativeBuffer answer = memory.allocate(STATX_SIZE);
        try {
            calls.call("statx", AT_FDCWD, path.toString(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, answer);
            return Optional.of(node(answer));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
                return Optional.empty();
            }
            throw new ErrnoException("statx", path.toString(), e.errno());
        }
    }

    /** struct statx, which is the same on every architecture. */
    private static Node node(NativeBuffer answer) {
        ByteBuffer bytes = answer.bytes();
        long device = ((long) bytes.getInt(STATX_DEV_MAJOR) << Integer.SIZE) | bytes.getInt(STATX_DEV_MINOR);
        return new Node(device, bytes.getLong(STATX_INO), Short.toUnsignedInt(bytes.getShort(STATX_MODE)));
    }

    /** Bytes that wait in the pipe. */
    int waitingBytes(Fd fd) throws IOException {
        NativeBuffer answer = memory.allocate(Integer.BYTES);
        files.ioctl(fd, FIONREAD, answer, 0);
        return answer.bytes().getInt(0);
    }

    int pipeBytes(Fd fd) throws IOException {
        return files.fcntl(fd, Fcntl.F_GETPIPE_SZ, 0);
    }

    void pipeBytes(Fd fd, int bytes) throws IOException {
        files.fcntl(fd, Fcntl.F_SETPIPE_SZ, bytes);
    }
}
