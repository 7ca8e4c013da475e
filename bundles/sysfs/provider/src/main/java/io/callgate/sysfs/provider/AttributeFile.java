// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** An open attribute: opened once, read again and again by pread. Its errors name the file. Not thread safe. */
final class AttributeFile implements AutoCloseable {

    /** A text attribute is at most a page; what is more is binary. */
    private static final int TEXT_BYTES = 4096;

    private static final int BINARY_BYTES = 1 << 16;

    private final Path path;
    private final Path descriptors;
    private final Object key;
    private final boolean kernel;
    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final Fd fd;
    private final boolean binary;
    private final NativeBuffer buffer;
    private final Content content;

    /**
     * Takes the descriptor over.
     *
     * @param descriptors where the kernel shows our descriptors as links
     * @param key the inode, to know the file by
     * @param kernel true on sysfs, which tells a reader that the file has gone; a plain file is read on for ever
     */
    AttributeFile(
            Path path,
            Path descriptors,
            Object key,
            boolean kernel,
            LinuxFiles files,
            LinuxMemory memory,
            Fd fd,
            Type type) {
        this.path = path;
        this.descriptors = descriptors;
        this.key = key;
        this.kernel = kernel;
        this.files = files;
        this.memory = memory;
        this.fd = fd;
        this.binary = type == Type.BYTES;
        this.buffer = memory.allocate(binary ? BINARY_BYTES : TEXT_BYTES);
        this.content = new Content(path, buffer.bytes());
    }

    Path path() {
        return path;
    }

    Fd fd() {
        return fd;
    }

    /** The inode. */
    Object key() {
        return key;
    }

    /** The newest content, without any garbage. The same object each time. */
    Content read() throws IOException {
        try {
            int length = pread(0);
            for (int more = length; binary && more > 0; length += more) {
                more = pread(length);
            }
            content.filled(length);
            return content;
        } catch (IOException e) {
            throw named(e);
        }
    }

    private int pread(int position) throws IOException {
        if (position == buffer.size()) {
            throw new IOException(path + " holds " + BINARY_BYTES + " bytes or more: too much for an attribute");
        }
        int length = files.pread(fd, buffer, position, buffer.size() - position, position);
        if (length == LinuxFiles.WOULD_BLOCK) {
            throw new ErrnoException("pread", path.toString(), Errno.EAGAIN);
        }
        return length;
    }

    /** As {@link #read}, and sees also that a plain file was deleted or replaced. */
    Content readChecked() throws IOException {
        if (!kernel && fd.isOpen() && !isThere()) {
            throw new ErrnoException("pread", path.toString(), Errno.ENODEV);
        }
        return read();
    }

    /** What was read last. */
    Content content() {
        return content;
    }

    /** Opens, writes all at once, closes: what {@code echo} does, and through the descriptor, so to this very file. */
    void write(byte[] bytes) throws IOException {
        NativeBuffer out = memory.allocate(Math.max(bytes.length, 1));
        out.bytes().put(0, bytes);
        try (Fd.Use use = fd.use();
                Fd writer = files.open(
                        descriptors.resolve(Integer.toString(use.number())), OpenFlag.WRONLY, OpenFlag.TRUNC)) {
            int written = files.write(writer, out, 0, bytes.length);
            if (written == LinuxFiles.WOULD_BLOCK) {
                throw new ErrnoException("write", path.toString(), Errno.EAGAIN);
            }
            if (written != bytes.length) {
                throw new IOException(path + " took only " + written + " of " + bytes.length + " bytes");
            }
        } catch (IOException e) {
            throw named(e);
        }
    }

    /** False if its path leads to another file by now, or to none. */
    boolean isThere() {
        try {
            return key.equals(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (IOException absent) {
            return false;
        }
    }

    private IOException named(IOException e) {
        if (e instanceof ErrnoException errno) {
            return new ErrnoException(errno.call(), path.toString(), errno.errno());
        }
        return e instanceof ClosedFdException ? new ClosedFdException(path.toString()) : e;
    }

    @Override
    public void close() {
        fd.close();
    }
}
