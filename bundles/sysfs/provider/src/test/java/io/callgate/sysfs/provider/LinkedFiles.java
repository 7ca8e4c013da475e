// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.StatFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The fake door with a /proc/self/fd of its own: a folder of links, one for each descriptor, through which a file is
 * opened again whatever has become of its path.
 */
class LinkedFiles implements LinuxFiles {

    private final LinuxFiles door;
    private final Path descriptors;
    private final List<Path> opened = new ArrayList<>();
    private Runnable beforeReopening = () -> {};

    LinkedFiles(LinuxFiles door, Path descriptors) {
        this.door = door;
        this.descriptors = descriptors;
    }

    /** Somebody else does something between the look at a path and its opening. */
    void beforeReopening(Runnable deed) {
        beforeReopening = deed;
    }

    /** What was opened for more than its path, links resolved. */
    List<Path> opened() {
        return opened;
    }

    @Override
    public Fd open(Path path, int mode, OpenFlag... flags) throws IOException {
        boolean pathOnly = List.of(flags).contains(OpenFlag.PATH);
        if (path.startsWith(descriptors)) {
            beforeReopening.run();
        }
        Path real = real(path);
        if (!pathOnly) {
            opened.add(real);
        }
        Fd fd = door.open(real, mode, flags);
        try (Fd.Use use = fd.use()) {
            Path link = descriptors.resolve(Integer.toString(use.number()));
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, real);
        }
        return fd;
    }

    private static Path real(Path path) throws IOException {
        try {
            return path.toRealPath();
        } catch (NoSuchFileException e) {
            throw new ErrnoException("open", path.toString(), Errno.ENOENT);
        }
    }

    @Override
    public int read(Fd fd, NativeBuffer into, int offset, int length) throws IOException {
        return door.read(fd, into, offset, length);
    }

    @Override
    public int write(Fd fd, NativeBuffer from, int offset, int length) throws IOException {
        return door.write(fd, from, offset, length);
    }

    @Override
    public int pread(Fd fd, NativeBuffer into, int offset, int length, long position) throws IOException {
        return door.pread(fd, into, offset, length, position);
    }

    @Override
    public int pwrite(Fd fd, NativeBuffer from, int offset, int length, long position) throws IOException {
        return door.pwrite(fd, from, offset, length, position);
    }

    @Override
    public int ioctl(Fd fd, Ioctl request, long argument) throws IOException {
        return door.ioctl(fd, request, argument);
    }

    @Override
    public int ioctl(Fd fd, Ioctl request, NativeBuffer argument, int offset) throws IOException {
        return door.ioctl(fd, request, argument, offset);
    }

    @Override
    public Fd ioctlForFd(Fd fd, Ioctl request, NativeBuffer argument, int offset, int at, String subject)
            throws IOException {
        return door.ioctlForFd(fd, request, argument, offset, at, subject);
    }

    @Override
    public int fcntl(Fd fd, int command, long argument) throws IOException {
        return door.fcntl(fd, command, argument);
    }

    @Override
    public StatFs statfs(Path path) throws IOException {
        return door.statfs(path);
    }

    @Override
    public void allocate(Fd fd, long position, long length) throws IOException {
        door.allocate(fd, position, length);
    }
}
