// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.StatFs;
import io.callgate.linux.Users;
import io.callgate.shm.provider.FileSettings.Open;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds and makes files of ours. A new one is made without a name and is whole when it gets one, so nobody ever sees half
 * of it. One that is there is looked at by reading, before it is mapped; a wrong one is refused with a sentence. All of it
 * gets its blocks before it is mapped: a full file system would show as a fault in the middle of a write.
 */
final class SharedFiles {

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final long ROOT = 0;

    /** What is wanted in the file. @param kind as in the header @param what in a few words */
    record Contents(int kind, String what, int capacity) {

        static final String BOARD = "board";

        static String what(int kind) {
            return switch (kind) {
                case 1 -> "one-to-one ring";
                case 2 -> "many-to-one ring";
                case Layout.KIND_BOARD -> BOARD;
                default -> "file of kind " + kind;
            };
        }

        long fileBytes(int headerBytes) {
            return kind == Layout.KIND_BOARD
                    ? Layout.boardBytes(headerBytes, capacity)
                    : Layout.ringBytes(headerBytes, capacity);
        }
    }

    private final LinuxFiles files;
    private final LinuxCalls calls;
    private final LinuxMemory memory;

    SharedFiles(LinuxFiles files, LinuxCalls calls, LinuxMemory memory) {
        this.files = files;
        this.calls = calls;
        this.memory = memory;
    }

    LinuxCalls calls() {
        return calls;
    }

    LinuxMemory memory() {
        return memory;
    }

    /** @throws RefusedException if it cannot be had now, with the sentence that says why */
    SharedFile open(String name, FileSettings settings, Contents contents, Ledger ledger) throws IOException {
        Optional<Stat> there = Stat.at(calls, memory, settings.path());
        if (there.isEmpty() && settings.open() == Open.EXISTING) {
            throw new RefusedException("there is no file " + settings.path()
                    + ": start the program that makes it, or say \"open\": \"create\"");
        }
        if (there.isEmpty()) {
            Optional<SharedFile> made = create(name, settings, contents, ledger);
            if (made.isPresent()) {
                return made.get();
            }
        } else if (settings.open() == Open.EXCLUSIVE
                && !ledger.isOurs(settings.path(), there.get().inode())) {
            throw new RefusedException(settings.path() + " is there already, made by somebody else: delete it (rm "
                    + settings.path() + "), or say \"open\": \"create\"");
        }
        return attach(name, settings, contents, ledger);
    }

    /** Empty if somebody else was first. */
    private Optional<SharedFile> create(String name, FileSettings settings, Contents contents, Ledger ledger)
            throws IOException {
        int headerBytes = Math.max(Layout.PAGE, memory.pageSize());
        long bytes = contents.fileBytes(headerBytes);
        Path folder = settings.path().getParent();
        Fd fd = unnamed(folder, settings);
        try {
            allocate(fd, folder, bytes);
            Mapping mapping = memory.map(fd, 0, Math.toIntExact(bytes), SharedFile.READ_WRITE);
            SharedFile.Header header = new SharedFile.Header(contents.kind(), headerBytes, contents.capacity());
            SharedFile file = new SharedFile(name, settings.path(), fd, mapping, header, true, calls, memory);
            format(file.memory(), header);
            calls.call("fchmod", fd, settings.mode());
            if (!named(fd, settings.path())) {
                file.end();
                fd.close();
                return Optional.empty();
            }
            ledger.created(settings.path(), file.stat().inode());
            return Optional.of(file);
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private Fd unnamed(Path folder, FileSettings settings) throws IOException {
        try {
            return files.open(folder, settings.mode(), OpenFlag.TMPFILE, OpenFlag.RDWR);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
                throw new RefusedException("there is no folder " + folder + " for " + settings.path() + ": mkdir -p "
                        + folder + ", or another \"path\"");
            }
            if (e.is(Errno.EACCES, Errno.EPERM, Errno.EROFS)) {
                throw new RefusedException("the gateway's user may not make files in " + folder + " (" + e.errno()
                        + "): chmod or chown it, or another \"path\"");
            }
            if (e.is(Errno.EOPNOTSUPP, Errno.EISDIR)) {
                throw new RefusedException("the file system of " + folder
                        + " has no unnamed files (O_TMPFILE): use a \"path\" below /dev/shm");
            }
            throw e;
        }
    }

    static void format(ByteBuffer memory, SharedFile.Header header) {
        memory.putInt(Layout.VERSION_AT, Layout.VERSION);
        memory.putInt(Layout.KIND_AT, header.kind());
        memory.putLong(Layout.HEADER_BYTES_AT, header.headerBytes());
        memory.putLong(Layout.CAPACITY_AT, header.capacity());
        memory.putLong(Layout.FILE_BYTES_AT, memory.capacity());
        memory.putLong(memory.capacity() - Long.BYTES, Layout.END_MARK);
        Words.longRelease(memory, Layout.FINGERPRINT_AT, Layout.FINGERPRINT);
    }

    /** False if there is something of that name meanwhile. */
    private boolean named(Fd fd, Path path) throws IOException {
        try (Fd.Use use = fd.use()) {
            calls.call(
                    "linkat", AT_FDCWD, "/proc/self/fd/" + use.number(), AT_FDCWD, path.toString(), AT_SYMLINK_FOLLOW);
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.EEXIST)) {
                return false;
            }
            throw new ErrnoException(e.call(), path.toString(), e.errno());
        }
    }

    private void allocate(Fd fd, Path folder, long bytes) throws IOException {
        StatFs room = files.statfs(folder);
        long free =
                (calls.call("geteuid") == ROOT ? room.blocksFree() : room.blocksAvailable()) * room.blockSizeBytes();
        boolean limited = room.blocks() > 0; // a tmpfs of size=0 has no limit, and counts nothing
        if (limited && free < bytes) {
            throw new RefusedException("the file system of " + folder + " has " + free + " bytes free, " + bytes
                    + " are needed: delete something there, or less \"capacity\" or \"maxBytes\"");
        }
        blocks(fd, folder, bytes);
    }

    private void blocks(Fd fd, Path folder, long bytes) throws IOException {
        try {
            files.allocate(fd, 0, bytes);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOSPC, Errno.EDQUOT)) {
                throw full(folder, bytes);
            }
            throw e;
        }
    }

    private static RefusedException full(Path folder, long bytes) {
        return new RefusedException("the file system of " + folder + " has not " + bytes
                + " bytes free: delete something there (df " + folder + ")");
    }

    private SharedFile attach(String name, FileSettings settings, Contents contents, Ledger ledger) throws IOException {
        Fd fd = there(settings);
        try {
            Stat stat = Stat.of(calls, memory, fd);
            SharedFile.Header header = header(fd, settings.path(), stat.size());
            if (header.kind() != contents.kind()) {
                throw new RefusedException(settings.path() + " is a " + Contents.what(header.kind()) + ", not a "
                        + contents.what() + ": another \"kind\" or \"path\"");
            }
            blocks(fd, settings.path().getParent(), stat.size());
            Mapping mapping = memory.map(fd, 0, Math.toIntExact(stat.size()), SharedFile.READ_WRITE);
            boolean ours = ledger.isOurs(settings.path(), stat.inode());
            return new SharedFile(name, settings.path(), fd, mapping, header, ours, calls, memory);
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private Fd there(FileSettings settings) throws IOException {
        Path path = settings.path();
        try {
            return new Opener(files, calls, memory).open(path, false, stat -> admit(settings, stat), OpenFlag.RDWR);
        } catch (ErrnoException e) {
            if (e.is(Errno.EACCES, Errno.EPERM)) {
                throw new RefusedException("the gateway's user may not read and write " + path
                        + ": its owner gives it another mode (chmod), or makes it with one");
            }
            throw e;
        }
    }

    /** A file in a folder where everybody may make files is anybody's, so its owner and mode have to be the right ones. */
    private void admit(FileSettings settings, Stat stat) throws IOException {
        Path path = settings.path();
        if (stat.isLink()) {
            throw new RefusedException(path + " is a symbolic link, which is not followed: name the file itself");
        }
        if (!stat.isRegular()) {
            throw new RefusedException(path + " is no regular file");
        }
        String owner = Users.name(stat.uid());
        boolean known = settings.owner().isEmpty()
                ? stat.uid() == calls.call("geteuid") || stat.uid() == ROOT
                : settings.owner().equals(owner) || settings.owner().equals(Long.toString(stat.uid()));
        if (!known) {
            throw new RefusedException(
                    path + " belongs to user " + owner + ": if that is meant, say \"owner\": \"" + owner + "\"");
        }
        int more = stat.permissions() & ~settings.mode() & 0022;
        if (more != 0) {
            throw new RefusedException(String.format(
                    "%s has mode %04o, so that more may write it than \"mode\" says, %04o: chmod %04o %s, or another"
                            + " \"mode\"",
                    path, stat.permissions(), settings.mode(), settings.mode(), path));
        }
    }

    /** Reads what a file says of itself, which is believed only if all of it fits together. */
    SharedFile.Header header(Fd fd, Path path, long size) throws IOException {
        NativeBuffer page = memory.allocate(Layout.PAGE);
        int read = files.pread(fd, page, 0, Layout.PAGE, 0);
        ByteBuffer bytes = page.bytes();
        long fingerprint = bytes.getLong(Layout.FINGERPRINT_AT);
        if (read < Layout.PAGE || fingerprint != Layout.FINGERPRINT) {
            throw new RefusedException(path
                    + (Long.reverseBytes(fingerprint) == Layout.FINGERPRINT
                            ? " was made on a machine of other byte order"
                            : " is no ring or board of this layout")
                    + ": delete it, or another \"path\"");
        }
        int version = bytes.getInt(Layout.VERSION_AT);
        if (version != Layout.VERSION) {
            throw new RefusedException(path + " has version " + version + " of the layout, this is version "
                    + Layout.VERSION + ": stop those who use it and delete it, or update the older side");
        }
        SharedFile.Header header =
                new SharedFile.Header(bytes.getInt(Layout.KIND_AT), (int) bytes.getLong(Layout.HEADER_BYTES_AT), (int)
                        bytes.getLong(Layout.CAPACITY_AT));
        if (!fits(header, bytes.getLong(Layout.FILE_BYTES_AT), size)) {
            throw new RefusedException(path + " is damaged: its header says other sizes than the file has (" + size
                    + " bytes): delete it");
        }
        return header;
    }

    private boolean fits(SharedFile.Header header, long said, long size) {
        int capacity = header.capacity();
        boolean isBoard = header.kind() == Layout.KIND_BOARD;
        return header.kind() >= 1
                && header.kind() <= Layout.KIND_BOARD
                && header.headerBytes() >= Layout.PAGE
                && header.headerBytes() <= 1 << 20
                && header.headerBytes() % memory.pageSize() == 0
                && capacity > 0
                && capacity <= (isBoard ? Layout.MAX_CAPACITY / (2 * Layout.BUFFERS) : Layout.MAX_CAPACITY)
                && (isBoard || Integer.bitCount(capacity) == 1 && capacity >= Layout.MIN_CAPACITY)
                && said == size
                && size == new Contents(header.kind(), "", capacity).fileBytes(header.headerBytes());
    }
}
