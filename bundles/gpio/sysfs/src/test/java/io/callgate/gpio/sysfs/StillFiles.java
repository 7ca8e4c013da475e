// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.StatFs;
import java.nio.file.Path;

/** A door whose pread and pwrite make no garbage themselves, as the real one's do not. It has nothing else. */
final class StillFiles implements LinuxFiles {

    int calls;

    @Override
    public int ioctl(Fd fd, Ioctl request, NativeBuffer argument, int offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Fd open(Path path, int mode, OpenFlag... flags) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(Fd fd, NativeBuffer into, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(Fd fd, NativeBuffer from, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int pread(Fd fd, NativeBuffer into, int offset, int length, long position) {
        calls++;
        into.bytes().put(offset, (byte) '1').put(offset + 1, (byte) '\n');
        return 2;
    }

    @Override
    public int pwrite(Fd fd, NativeBuffer from, int offset, int length, long position) {
        calls++;
        return length;
    }

    @Override
    public int ioctl(Fd fd, Ioctl request, long argument) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Fd ioctlForFd(Fd fd, Ioctl request, NativeBuffer argument, int offset, int fdOffset, String subject) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int fcntl(Fd fd, int command, long argument) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StatFs statfs(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void allocate(Fd fd, long position, long length) {
        throw new UnsupportedOperationException();
    }
}
