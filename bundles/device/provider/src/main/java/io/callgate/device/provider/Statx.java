// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import static io.callgate.device.CType.S32;
import static io.callgate.device.CType.S64;
import static io.callgate.device.CType.U16;
import static io.callgate.device.CType.U32;
import static io.callgate.device.CType.U64;

import io.callgate.device.DeviceNumber;
import io.callgate.device.Struct;
import io.callgate.device.StructLayout;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a node is, without opening it. The structure is the same on every architecture.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
final class Statx {

    static final int AT_FDCWD = -100;
    static final int AT_NO_AUTOMOUNT = 0x800;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int STATX_BASIC_STATS = 0x7ff;

    static final StructLayout TIMESTAMP = StructLayout.struct("statx_timestamp")
            .field("tv_sec", S64)
            .field("tv_nsec", U32)
            .field("__reserved", S32)
            .build();

    /** What comes after the device numbers is newer, and not asked for. */
    static final StructLayout STATX = StructLayout.struct("statx")
            .field("stx_mask", U32)
            .field("stx_blksize", U32)
            .field("stx_attributes", U64)
            .field("stx_nlink", U32)
            .field("stx_uid", U32)
            .field("stx_gid", U32)
            .field("stx_mode", U16)
            .field("__spare0", U16, 1)
            .field("stx_ino", U64)
            .field("stx_size", U64)
            .field("stx_blocks", U64)
            .field("stx_attributes_mask", U64)
            .field("stx_atime", TIMESTAMP)
            .field("stx_btime", TIMESTAMP)
            .field("stx_ctime", TIMESTAMP)
            .field("stx_mtime", TIMESTAMP)
            .field("stx_rdev_major", U32)
            .field("stx_rdev_minor", U32)
            .field("stx_dev_major", U32)
            .field("stx_dev_minor", U32)
            .field("rest", U64, 14)
            .build();

    private final LinuxCalls calls;
    private final LinuxMemory memory;

    Statx(LinuxCalls calls, LinuxMemory memory) {
        this.calls = calls;
        this.memory = memory;
    }

    /** What a handle (O_PATH) is on. */
    Node of(Fd handle) throws IOException {
        Struct answer = STATX.at(memory.allocate(STATX.size()));
        calls.call("statx", handle, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, answer.buffer());
        return node(answer);
    }

    /** What stands at a path, links followed; empty if nothing does. */
    Optional<Node> at(Path path) throws IOException {
        Struct answer = STATX.at(memory.allocate(STATX.size()));
        try {
            calls.call("statx", AT_FDCWD, path.toString(), AT_NO_AUTOMOUNT, STATX_BASIC_STATS, answer.buffer());
            return Optional.of(node(answer));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
                return Optional.empty();
            }
            throw new ErrnoException(e.call(), path.toString(), e.errno());
        }
    }

    private static Node node(Struct answer) {
        int mode = (int) answer.get("stx_mode");
        DeviceNumber number = new DeviceNumber(
                Node.kind(mode), (int) answer.get("stx_rdev_major"), (int) answer.get("stx_rdev_minor"));
        return new Node(mode, number, answer.get("stx_uid"), answer.get("stx_ino"));
    }
}
