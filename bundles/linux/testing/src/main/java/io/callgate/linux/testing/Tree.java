// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Errno;
import io.callgate.linux.Ioctl;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** What there is to open: files in memory first, then real folders. */
final class Tree {

    private record Entry(Supplier<FakeFile> files, Attribute attribute, AtomicBoolean gone) {}

    private record Folder(Path path, boolean attributes) {}

    private final Map<Path, Entry> memory = new ConcurrentHashMap<>();
    private final List<Folder> folders = new CopyOnWriteArrayList<>();

    void attribute(Path path, Attribute attribute) {
        put(path, new Entry(attribute::open, attribute, new AtomicBoolean()));
    }

    void script(Path path, Supplier<FakeFile> files) {
        put(path, new Entry(files, null, new AtomicBoolean()));
    }

    private void put(Path path, Entry entry) {
        Entry before = memory.put(path, entry);
        if (before != null) {
            before.gone.set(true);
        }
    }

    void folder(Path path, boolean attributes) {
        folders.add(new Folder(path.toAbsolutePath().normalize(), attributes));
    }

    void remove(Path path) {
        Entry entry = memory.remove(path);
        if (entry == null) {
            throw new IllegalArgumentException("there is no " + path + " in memory");
        }
        entry.gone.set(true);
    }

    Attribute attribute(Path path) {
        Entry entry = memory.get(path);
        if (entry == null || entry.attribute == null) {
            throw new IllegalArgumentException("there is no attribute " + path + " in memory");
        }
        return entry.attribute;
    }

    /** True also of a folder above a file. */
    boolean exists(Path path) {
        return memory.containsKey(path)
                || memory.keySet().stream().anyMatch(each -> each.startsWith(path))
                || folder(path) != null && Files.exists(path);
    }

    FakeFd.Opening open(Path path, int mode, Set<OpenFlag> flags) throws IOException {
        Entry entry = memory.get(path);
        if (entry != null) {
            if (flags.contains(OpenFlag.CREAT) && flags.contains(OpenFlag.EXCL)) {
                throw FakeFile.refuse(Errno.EEXIST);
            }
            return inMemory(path, entry, flags);
        }
        Folder folder = folder(path);
        if (folder == null) {
            throw FakeFile.refuse(flags.contains(OpenFlag.CREAT) ? Errno.EROFS : Errno.ENOENT);
        }
        return onDisk(path, mode, flags, folder.attributes);
    }

    private static FakeFd.Opening inMemory(Path path, Entry entry, Set<OpenFlag> flags) throws IOException {
        if (entry.gone.get()) {
            throw FakeFile.refuse(Errno.ENXIO);
        }
        FakeFile file = flags.contains(OpenFlag.PATH) ? new PathOnly() : entry.files.get();
        FakeFd.Reopening again = (mode, next) -> inMemory(path, entry, next);
        return new FakeFd.Opening(path, file, readable(flags), writable(flags), entry.gone::get, again);
    }

    private static FakeFd.Opening onDisk(Path path, int mode, Set<OpenFlag> flags, boolean attributes)
            throws IOException {
        FakeFile file = DiskFile.open(path, mode, flags, attributes);
        Path real = path.toRealPath();
        FakeFd.Reopening again = (nextMode, next) -> onDisk(real, nextMode, next, attributes);
        return new FakeFd.Opening(path, file, readable(flags), writable(flags), () -> false, again);
    }

    private static boolean readable(Set<OpenFlag> flags) {
        return !flags.contains(OpenFlag.WRONLY);
    }

    private static boolean writable(Set<OpenFlag> flags) {
        return flags.contains(OpenFlag.WRONLY) || flags.contains(OpenFlag.RDWR);
    }

    /** A handle on a path: no driver is called, and nothing but opening it again can be done with it. */
    private static final class PathOnly implements FakeFile {

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            throw FakeFile.refuse(Errno.EBADF);
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            throw FakeFile.refuse(Errno.EBADF);
        }

        @Override
        public int ioctl(Ioctl request, long argument) throws IOException {
            throw FakeFile.refuse(Errno.EBADF);
        }

        @Override
        public int ioctl(Ioctl request, ByteBuffer argument) throws IOException {
            throw FakeFile.refuse(Errno.EBADF);
        }
    }

    private Folder folder(Path path) {
        return folders.stream()
                .filter(each -> path.startsWith(each.path))
                .findFirst()
                .orElse(null);
    }
}
