// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * A real file in a test's folder. In a fake tree of attributes a write is the whole new value, and a file that was
 * deleted answers ENODEV to those who still hold it, as kernfs does.
 */
final class DiskFile implements FakeFile {

    private final Path path;
    private final FileChannel channel;
    private final boolean attribute;
    private final Object key;

    private DiskFile(Path path, FileChannel channel, boolean attribute) throws IOException {
        this.path = path;
        this.channel = channel;
        this.attribute = attribute;
        this.key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    static FakeFile open(Path path, int mode, Set<OpenFlag> flags, boolean attribute) throws IOException {
        try {
            if (flags.contains(OpenFlag.PATH) || Files.isDirectory(path)) {
                return folderOrPath(path, flags);
            }
            if (flags.contains(OpenFlag.DIRECTORY)) {
                throw FakeFile.refuse(Files.exists(path) ? Errno.ENOTDIR : Errno.ENOENT);
            }
            boolean creates = flags.contains(OpenFlag.CREAT) && Files.notExists(path);
            FileChannel channel = FileChannel.open(path, options(flags));
            if (creates) {
                Files.setPosixFilePermissions(path, permissions(mode));
            }
            return new DiskFile(path, channel, attribute);
        } catch (IOException e) {
            throw translated(e);
        }
    }

    /** An unnamed file, as memfd_create(2) makes it. */
    static FakeFile unnamed() throws IOException {
        Path path = Files.createTempFile("callgate-memfd", "");
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new DiskFile(path, channel, false);
        } finally {
            Files.delete(path);
        }
    }

    private static FakeFile folderOrPath(Path path, Set<OpenFlag> flags) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw FakeFile.refuse(Errno.ENOENT);
        }
        if (flags.contains(OpenFlag.DIRECTORY) && !Files.isDirectory(path)) {
            throw FakeFile.refuse(Errno.ENOTDIR);
        }
        if (flags.contains(OpenFlag.WRONLY) || flags.contains(OpenFlag.RDWR)) {
            throw FakeFile.refuse(Errno.EISDIR);
        }
        boolean onlyPath = flags.contains(OpenFlag.PATH);
        return new FakeFile() {
            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                throw FakeFile.refuse(onlyPath ? Errno.EBADF : Errno.EISDIR);
            }
        };
    }

    private static Set<OpenOption> options(Set<OpenFlag> flags) {
        Set<OpenOption> options = new HashSet<>();
        if (!flags.contains(OpenFlag.WRONLY)) {
            options.add(StandardOpenOption.READ);
        }
        if (flags.contains(OpenFlag.WRONLY) || flags.contains(OpenFlag.RDWR)) {
            options.add(StandardOpenOption.WRITE);
        }
        if (flags.contains(OpenFlag.CREAT)) {
            options.add(flags.contains(OpenFlag.EXCL) ? StandardOpenOption.CREATE_NEW : StandardOpenOption.CREATE);
        }
        if (flags.contains(OpenFlag.TRUNC)) {
            options.add(StandardOpenOption.TRUNCATE_EXISTING);
        }
        if (flags.contains(OpenFlag.NOFOLLOW)) {
            options.add(LinkOption.NOFOLLOW_LINKS);
        }
        return options;
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        StringBuilder text = new StringBuilder("rwxrwxrwx");
        for (int bit = 0; bit < 9; bit++) {
            if ((mode & 0400 >> bit) == 0) {
                text.setCharAt(bit, '-');
            }
        }
        return EnumSet.copyOf(PosixFilePermissions.fromString(text.toString()));
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        gone();
        return Math.max(0, channel.read(into, position));
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
        gone();
        if (!attribute) {
            return channel.write(from, position);
        }
        byte[] value = new byte[from.remaining()];
        from.get(value);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(Attribute.withNewline(value)), 0);
        return value.length;
    }

    @Override
    public ByteBuffer map(long position, int length, boolean writable) throws IOException {
        if (channel.size() < position + length && !writable) {
            throw FakeFile.refuse(Errno.EINVAL);
        }
        return channel.map(writable ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.READ_ONLY, position, length);
    }

    @Override
    public void allocate(long position, long length) throws IOException {
        if (channel.size() < position + length) {
            channel.write(ByteBuffer.allocate(1), position + length - 1);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void gone() throws IOException {
        if (!attribute) {
            return;
        }
        try {
            if (key.equals(Files.readAttributes(path, BasicFileAttributes.class).fileKey())) {
                return;
            }
        } catch (NoSuchFileException e) {
            throw FakeFile.refuse(Errno.ENODEV);
        }
        throw FakeFile.refuse(Errno.ENODEV);
    }

    static IOException translated(IOException e) {
        if (e instanceof ErrnoException) {
            return e;
        }
        if (e instanceof NoSuchFileException) {
            return FakeFile.refuse(Errno.ENOENT);
        }
        if (e instanceof FileAlreadyExistsException) {
            return FakeFile.refuse(Errno.EEXIST);
        }
        if (e instanceof AccessDeniedException) {
            return FakeFile.refuse(Errno.EACCES);
        }
        String words = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        for (Errno errno : Errno.values()) {
            if (words != null && words.startsWith(errno.text())) {
                return FakeFile.refuse(errno);
            }
        }
        return e;
    }
}
