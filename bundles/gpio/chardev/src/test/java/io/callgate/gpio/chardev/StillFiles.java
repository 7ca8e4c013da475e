// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.StatFs;
import java.nio.file.Path;

/** A door whose ioctl with a structure makes no garbage itself, as the real one's does not. It has nothing else. */
final class StillFiles implements LinuxFiles {

    int ioctls;

    @Override
    public int ioctl(Fd fd, Ioctl request, NativeBuffer argument, int offset) {
        ioctls++;
        return 0;
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
        throw new UnsupportedOperationException();
    }

    @Override
    public int pwrite(Fd fd, NativeBuffer from, int offset, int length, long position) {
        throw new UnsupportedOperationException();
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
