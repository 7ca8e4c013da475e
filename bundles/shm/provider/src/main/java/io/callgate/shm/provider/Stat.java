// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a file is.
 *
 * @param device where its inode is
 * @param node which device it is, as sysfs writes it: 246:0; meaningless if it is none
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2), whose structure is the same on every
 *     architecture</a>
 */
record Stat(int mode, long uid, long inode, long size, long device, String node) {

    private static final int BYTES = 256;
    private static final int UID = 20;
    private static final int MODE = 28;
    private static final int INODE = 32;
    private static final int SIZE = 40;
    private static final int NODE_MAJOR = 128;
    private static final int NODE_MINOR = 132;
    private static final int DEVICE_MAJOR = 136;
    private static final int DEVICE_MINOR = 140;

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int BASIC = 0x7ff;

    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int PERMISSIONS = 0777;

    static Stat of(LinuxCalls calls, LinuxMemory memory, Fd fd) throws IOException {
        NativeBuffer answer = memory.allocate(BYTES);
        calls.call("statx", fd, "", AT_EMPTY_PATH, BASIC, answer);
        return of(answer.bytes());
    }

    /** Links are not followed; empty if there is nothing. */
    static Optional<Stat> at(LinuxCalls calls, LinuxMemory memory, Path path) throws IOException {
        NativeBuffer answer = memory.allocate(BYTES);
        try {
            calls.call("statx", AT_FDCWD, path.toString(), AT_SYMLINK_NOFOLLOW, BASIC, answer);
            return Optional.of(of(answer.bytes()));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
                return Optional.empty();
            }
            throw new ErrnoException(e.call(), path.toString(), e.errno());
        }
    }

    private static Stat of(ByteBuffer answer) {
        return new Stat(
                Short.toUnsignedInt(answer.getShort(MODE)),
                Integer.toUnsignedLong(answer.getInt(UID)),
                answer.getLong(INODE),
                answer.getLong(SIZE),
                (long) answer.getInt(DEVICE_MAJOR) << 32 | Integer.toUnsignedLong(answer.getInt(DEVICE_MINOR)),
                Integer.toUnsignedString(answer.getInt(NODE_MAJOR)) + ":"
                        + Integer.toUnsignedString(answer.getInt(NODE_MINOR)));
    }

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isLink() {
        return (mode & TYPE) == LINK;
    }

    boolean isCharacterDevice() {
        return (mode & TYPE) == CHARACTER_DEVICE;
    }

    int permissions() {
        return mode & PERMISSIONS;
    }

    boolean isSameFile(Stat other) {
        return inode == other.inode && device == other.device;
    }
}
