// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.Device;
import io.callgate.device.DeviceNumber;
import io.callgate.linux.Architecture;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.nio.file.Path;

/** An open device: every call goes straight to the door, and its errors name the node. */
abstract class OpenDevice implements Device {

    private static final int SEEK_SET = 0;
    private static final int SEEK_CUR = 1;

    /**
     * What was opened, and by whom.
     *
     * @param suspect is told when a call says that the device may have gone; never blocks
     */
    record Opened(
            String name,
            Path path,
            Node node,
            Fd fd,
            boolean writable,
            LinuxFiles files,
            LinuxMemory memory,
            LinuxCalls calls,
            Runnable suspect) {}

    private final Opened opened;
    private final LinuxFiles files;
    private final Fd fd;

    OpenDevice(Opened opened) {
        this.opened = opened;
        this.files = opened.files;
        this.fd = opened.fd;
    }

    final Node node() {
        return opened.node;
    }

    final LinuxCalls calls() {
        return opened.calls;
    }

    final LinuxMemory memory() {
        return opened.memory;
    }

    @Override
    public final String name() {
        return opened.name;
    }

    @Override
    public final Path path() {
        return opened.path;
    }

    @Override
    public final DeviceNumber number() {
        return opened.node.number();
    }

    @Override
    public final boolean isWritable() {
        return opened.writable;
    }

    @Override
    public NativeBuffer allocate(int bytes) {
        return opened.memory.allocate(bytes);
    }

    @Override
    public final int read(NativeBuffer into, int offset, int length) throws IOException {
        try {
            return files.read(fd, into, offset, length);
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public final int write(NativeBuffer from, int offset, int length) throws IOException {
        try {
            return files.write(fd, from, offset, length);
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public final int pread(NativeBuffer into, int offset, int length, long position) throws IOException {
        try {
            return files.pread(fd, into, offset, length, position);
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public final int pwrite(NativeBuffer from, int offset, int length, long position) throws IOException {
        try {
            return files.pwrite(fd, from, offset, length, position);
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public final int ioctl(Ioctl request, long argument) throws IOException {
        try {
            int result = files.ioctl(fd, request, argument);
            done(request);
            return result;
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public final int ioctl(Ioctl request, NativeBuffer argument, int offset) throws IOException {
        try {
            int result = files.ioctl(fd, request, argument, offset);
            done(request);
            return result;
        } catch (IOException e) {
            throw named(e);
        }
    }

    /** A request has worked, and stays so: nothing that comes afterwards may make a failure of it. */
    void done(Ioctl request) {}

    /** Something has happened after which the device may not be what it was. */
    final void suspect() {
        opened.suspect.run();
    }

    @Override
    public final long position() throws IOException {
        return seek(0, SEEK_CUR);
    }

    @Override
    public final void position(long position) throws IOException {
        if (position < 0) {
            throw new IllegalArgumentException("a position of " + position);
        }
        seek(position, SEEK_SET);
    }

    /** On 32 bits lseek(2) has no room for the position, so there is a call with two words. */
    private long seek(long offset, int whence) throws IOException {
        try {
            if (Architecture.current() != Architecture.ARMHF) {
                return opened.calls.call("lseek", fd, offset, whence);
            }
            NativeBuffer result = opened.memory.allocate(Long.BYTES);
            opened.calls.call("_llseek", fd, (int) (offset >>> Integer.SIZE), (int) offset, result, whence);
            return result.bytes().getLong(0);
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public final Fd fd() {
        return fd;
    }

    /** The same error about the node, not about the handle through which it was opened. */
    final IOException named(IOException e) {
        if (e instanceof ErrnoException errno) {
            if (errno.is(Errno.ENODEV, Errno.ENXIO, Errno.EIO)) {
                suspect();
            }
            return new ErrnoException(errno.call(), opened.path.toString(), errno.errno());
        }
        return e instanceof ClosedFdException ? new ClosedFdException(opened.path.toString()) : e;
    }

    @Override
    public String toString() {
        return opened.name + " (" + opened.path + ")";
    }
}
