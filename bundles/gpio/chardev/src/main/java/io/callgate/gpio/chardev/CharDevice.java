// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.LineInfo;
import io.callgate.gpio.RequestConfig;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** {@code /dev/gpiochipN}, opened once, and what can be asked of it. Thread safe. After close every call is ENODEV. */
final class CharDevice implements AutoCloseable {

    private final Door door;
    private final Fd fd;
    private final NativeBuffer scratch; // guarded by this
    private final String name;
    private final String label;
    private final int lines;

    /** Opens it and asks what it is. */
    CharDevice(Door door, Path node) throws IOException {
        this.door = door;
        this.fd = door.files().open(node, OpenFlag.RDWR);
        this.scratch = door.memory().allocate(Uapi.LineInfo.SIZE);
        try {
            door.files().ioctl(fd, Uapi.GET_CHIPINFO, scratch, 0);
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
        this.name = Texts.get(scratch.bytes(), Uapi.ChipInfo.NAME);
        this.label = Texts.get(scratch.bytes(), Uapi.ChipInfo.LABEL);
        this.lines = scratch.bytes().getInt(Uapi.ChipInfo.LINES);
    }

    String name() {
        return name;
    }

    String label() {
        return label;
    }

    int lines() {
        return lines;
    }

    /** Readable when a line that is watched has changed; hung up when the chip has gone. */
    Fd fd() {
        return fd;
    }

    /** A line as it is now. */
    LineInfo line(int offset) throws IOException {
        return lineInfo(Uapi.V2_GET_LINEINFO, offset);
    }

    /** From now on changes of the line can be read. */
    void watch(int offset) throws IOException {
        lineInfo(Uapi.V2_GET_LINEINFO_WATCH, offset);
    }

    private synchronized LineInfo lineInfo(Ioctl request, int offset) throws IOException {
        ByteBuffer bytes = scratch.bytes();
        for (int at = 0; at < Uapi.LineInfo.SIZE; at += Long.BYTES) {
            bytes.putLong(at, 0); // padding that is not 0 is EINVAL
        }
        bytes.putInt(Uapi.LineInfo.OFFSET, offset);
        ioctl(request);
        return LineInfos.get(bytes, 0, name);
    }

    /** Ends {@link #watch}. */
    synchronized void unwatch(int offset) throws IOException {
        scratch.bytes().putInt(0, offset);
        ioctl(Uapi.GET_LINEINFO_UNWATCH);
    }

    private void ioctl(Ioctl request) throws IOException {
        try {
            door.files().ioctl(fd, request, scratch, 0);
        } catch (ClosedFdException e) {
            throw gone("ioctl");
        }
    }

    /** Asks for lines; the caller owns the descriptor, whose subject is given. */
    Fd request(RequestConfig config, Configuration configuration, String subject) throws IOException {
        NativeBuffer request = door.memory().allocate(Uapi.LineRequest.SIZE);
        ByteBuffer bytes = request.bytes();
        List<Integer> offsets = config.offsets();
        for (int i = 0; i < offsets.size(); i++) {
            bytes.putInt(Uapi.LineRequest.OFFSETS + i * Integer.BYTES, offsets.get(i));
        }
        bytes.put(Uapi.LineRequest.CONSUMER, Texts.consumer(config.name()));
        configuration.put(bytes, Uapi.LineRequest.CONFIG);
        bytes.putInt(Uapi.LineRequest.NUM_LINES, offsets.size());
        bytes.putInt(Uapi.LineRequest.EVENT_BUFFER_SIZE, config.eventBufferSize());
        try {
            return door.files().ioctlForFd(fd, Uapi.V2_GET_LINE, request, 0, Uapi.LineRequest.FD, subject);
        } catch (ClosedFdException e) {
            throw gone("ioctl");
        }
    }

    /** What the kernel would say. */
    ErrnoException gone(String call) {
        return new ErrnoException(call, fd.subject(), Errno.ENODEV);
    }

    @Override
    public void close() {
        fd.close();
    }
}
