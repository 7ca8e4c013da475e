// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxMemory.Protection;
import io.callgate.linux.Mapping;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Maps files and the registers of UIO devices.
 *
 * @see <a href="https://docs.kernel.org/driver-api/uio-howto.html">The Userspace I/O HOWTO: map N is at N pages</a>
 */
final class Regions {

    /** What there is to map. @param base where it begins in the descriptor @param length of all of it */
    private record Extent(long base, long length) {}

    private final LinuxFiles files;
    private final LinuxCalls calls;
    private final LinuxMemory memory;
    private final Path classUio;

    /** @param classUio /sys/class/uio */
    Regions(LinuxFiles files, LinuxCalls calls, LinuxMemory memory, Path classUio) {
        this.files = files;
        this.calls = calls;
        this.memory = memory;
        this.classUio = classUio;
    }

    /** @throws RefusedException with the sentence that says why not */
    OpenRegion open(String name, RegionSettings settings, RegionSettings.File file) throws IOException {
        Fd fd = descriptor(settings, file);
        try {
            Stat stat = Stat.of(calls, memory, fd);
            Extent extent =
                    file.map() == RegionSettings.NO_MAP ? new Extent(0, stat.size()) : uio(file.path(), file.map());
            long length = settings.lengthOf(extent.length);
            if (length > Integer.MAX_VALUE - memory.pageSize()) {
                throw new RefusedException(file + " has " + length + " bytes there, and a region has at most "
                        + (Integer.MAX_VALUE - memory.pageSize()) + ": say a \"length\"");
            }
            if (stat.isRegular() && settings.isWritable()) {
                blocks(fd, file.path(), settings.position(), length);
            }
            return map(name, settings, file, fd, stat, extent.base + settings.position(), length);
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private Fd descriptor(RegionSettings settings, RegionSettings.File file) throws IOException {
        Path path = file.path();
        try {
            return new Opener(files, calls, memory)
                    .open(
                            path,
                            true,
                            stat -> admit(file, stat),
                            settings.isWritable() ? OpenFlag.RDWR : OpenFlag.RDONLY);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ENODEV, Errno.ENXIO)) {
                throw new RefusedException(
                        "there is no " + path + ": start the program that makes it, or load the driver");
            }
            if (e.is(Errno.EACCES, Errno.EPERM)) {
                throw new RefusedException("the gateway's user may not " + (settings.isWritable() ? "write " : "read ")
                        + path + ": chmod it, or a udev rule for a device");
            }
            throw e;
        }
    }

    private void admit(RegionSettings.File file, Stat stat) throws IOException {
        boolean isUio = stat.isCharacterDevice() && isUio(file.path(), stat);
        if (file.map() == RegionSettings.NO_MAP ? !stat.isRegular() : !isUio) {
            throw new RefusedException(file.path()
                    + (isUio
                            ? " is a UIO device: say which \"map\""
                            : stat.isRegular()
                                    ? " is a regular file, which has no maps: leave out \"map\""
                                    : " is neither a regular file nor a UIO device"));
        }
    }

    /** By its number: a name is anybody's. */
    private boolean isUio(Path path, Stat stat) throws IOException {
        Path number = classUio.resolve(path.getFileName()).resolve("dev");
        return Files.exists(number) && Files.readAllLines(number).get(0).strip().equals(stat.node());
    }

    private Extent uio(Path path, int map) throws IOException {
        Path folder = classUio.resolve(path.getFileName()).resolve("maps/map" + map);
        try {
            long size = Long.decode(
                    Files.readAllLines(folder.resolve("size")).get(0).strip());
            // Where a region of registers does not begin at a page, its offset in the page says where it does.
            Path offset = folder.resolve("offset");
            long inPage = Files.exists(offset)
                    ? Long.decode(Files.readAllLines(offset).get(0).strip())
                    : 0;
            return new Extent((long) map * memory.pageSize() + inPage, size);
        } catch (NoSuchFileException e) {
            throw new RefusedException(path + " has no map " + map + " (ls " + folder.getParent() + ")");
        }
    }

    /** A sparse file on a full medium would fault at the first touch. */
    private void blocks(Fd fd, Path path, long position, long length) throws IOException {
        try {
            files.allocate(fd, position, length);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOSPC, Errno.EDQUOT)) {
                throw new RefusedException("the file system of " + path + " has not " + length
                        + " bytes free for it: delete something there (df " + path + ")");
            }
            if (!e.is(Errno.EOPNOTSUPP)) {
                throw e;
            }
        }
    }

    /** The kernel maps whole pages of the descriptor; of a UIO device the page says which map. */
    private OpenRegion map(
            String name,
            RegionSettings settings,
            RegionSettings.File file,
            Fd fd,
            Stat stat,
            long position,
            long length)
            throws IOException {
        int page = memory.pageSize();
        int before;
        long from;
        if (file.map() == RegionSettings.NO_MAP) {
            before = (int) (position % page);
            from = position - before;
        } else {
            from = (long) file.map() * page;
            before = Math.toIntExact(position - from);
        }
        Mapping mapping = memory.map(
                fd,
                from,
                Math.toIntExact(before + length),
                settings.isWritable() ? SharedFile.READ_WRITE : Set.of(Protection.READ));
        Open origin = new Open(file.path(), fd, stat, settings.position() + length);
        return new OpenRegion(name, settings, origin, mapping, before, (int) length);
    }

    /** The descriptor stays, since some drivers count it. */
    private final class Open implements OpenRegion.Origin {

        private final Path path;
        private final Fd fd;
        private final Stat stat;
        private final long end;

        Open(Path path, Fd fd, Stat stat, long end) {
            this.path = path;
            this.fd = fd;
            this.stat = stat;
            this.end = end;
        }

        @Override
        public Optional<String> lost() throws IOException {
            Optional<Stat> there = there();
            if (there.isEmpty() || !there.get().isSameFile(stat)) {
                return Optional.of(path + (there.isEmpty() ? " was removed" : " was replaced") + " by somebody");
            }
            return there.get().isRegular() && there.get().size() < end
                    ? Optional.of(path + " was truncated by somebody: it has "
                            + there.get().size() + " bytes, and the region ends at " + end)
                    : Optional.empty();
        }

        /** Links are followed, as when it was opened. */
        private Optional<Stat> there() throws IOException {
            try {
                return Stat.at(calls, memory, path.toRealPath());
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }

        @Override
        public void close() {
            fd.close();
        }
    }
}
