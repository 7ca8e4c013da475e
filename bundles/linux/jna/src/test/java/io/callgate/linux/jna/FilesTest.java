// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Door.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.Fcntl;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.StatFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files, devices and their refusals, on the real kernel. */
class FilesTest {

    private static final long PROC_SUPER_MAGIC = 0x9fa0;
    private static final Ioctl BLKGETSIZE64 = Ioctl.ior((char) 0x12, 114, Long.BYTES);
    private static final Ioctl FIONREAD = new Ioctl(0x541b);
    private static final Ioctl RNDGETENTCNT = Ioctl.ior('R', 0, Integer.BYTES);

    private final Door door = new Door();
    private final LinuxFiles files = door.files;

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        NativeBuffer buffer = door.memory.allocate(64);
        try (Fd fd = files.open(folder.resolve("a"), OpenFlag.RDWR, OpenFlag.CREAT)) {
            int length = buffer.put(0, "callgate");
            assertThat(files.write(fd, buffer, 0, length)).isEqualTo(8);
            assertThat(files.read(fd, buffer, 0, 64)).isZero();
            assertThat(files.pread(fd, buffer, 16, 8, 4)).isEqualTo(4);
            assertThat(buffer.text(16, 4)).isEqualTo("gate");
            assertThat(files.pwrite(fd, buffer, 16, 4, 1L << 33)).isEqualTo(4);
        }
        assertThat(Files.size(folder.resolve("a"))).isEqualTo((1L << 33) + 4);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("a"))))
                .isEqualTo("rw-------");
    }

    @Test
    void openFlagsDoWhatTheirNamesSay() throws IOException {
        Path file = folder.resolve("b");
        NativeBuffer buffer = door.memory.allocate(8);
        try (Fd fd = files.open(file, 0640, OpenFlag.WRONLY, OpenFlag.CREAT, OpenFlag.EXCL, OpenFlag.APPEND)) {
            buffer.put(0, "ab");
            files.write(fd, buffer, 0, 2);
            files.pwrite(fd, buffer, 0, 2, 0); // with O_APPEND it goes to the end all the same
        }
        assertThat(Files.readString(file)).isEqualTo("abab");
        try (Fd fd = files.open(file, OpenFlag.WRONLY, OpenFlag.TRUNC, OpenFlag.DSYNC)) {
            assertThat(Files.size(file)).isZero();
            assertThat(files.fcntl(fd, Fcntl.F_GETFL, 0) & 010000).isNotZero();
        }
        try (Fd fd = files.open(folder, OpenFlag.RDWR, OpenFlag.TMPFILE)) {
            assertThat(files.write(fd, buffer, 0, 8)).isEqualTo(8);
        }
        files.open(folder, OpenFlag.DIRECTORY).close();
    }

    @Test
    void nothingLeaksIntoAChildOrBlocks() throws IOException {
        try (Fd fd = files.open(Path.of("/dev/null"), OpenFlag.RDWR)) {
            assertThat(files.fcntl(fd, Fcntl.F_GETFD, 0)).isEqualTo(Fcntl.FD_CLOEXEC);
            assertThat(files.fcntl(fd, Fcntl.F_GETFL, 0) & Fcntl.O_NONBLOCK).isNotZero();
            assertThatThrownBy(() -> files.fcntl(fd, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void openIsRefusedWithTheKernelsWord() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        Path loop = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        Path absent = folder.resolve("absent");
        refused(Errno.ENOENT, "open " + absent + ": ENOENT (No such file or directory)", () -> files.open(absent));
        refused(Errno.ENOTDIR, "open " + file, () -> files.open(file.resolve("below")));
        refused(Errno.ENOTDIR, "open " + file, () -> files.open(file, OpenFlag.DIRECTORY));
        refused(Errno.EISDIR, "open " + folder, () -> files.open(folder, OpenFlag.WRONLY));
        refused(Errno.ELOOP, "open " + loop, () -> files.open(loop));
        refused(Errno.ELOOP, "open " + link, () -> files.open(link, OpenFlag.NOFOLLOW));
        refused(Errno.EEXIST, "open " + file, () -> files.open(file, OpenFlag.CREAT, OpenFlag.EXCL));
        refused(Errno.ENAMETOOLONG, "open ", () -> files.open(folder.resolve("x".repeat(256))));
        refused(Errno.ENXIO, "open /dev/tty", () -> files.open(Path.of("/dev/tty")));
        assertThatThrownBy(() -> files.open(file, OpenFlag.RDONLY, OpenFlag.WRONLY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFifoHasNoWriterWithoutAReader() throws IOException {
        Path fifo = folder.resolve("fifo");
        door.calls.call("mkfifo", fifo.toString(), 0600);
        refused(Errno.ENXIO, "open " + fifo, () -> files.open(fifo, OpenFlag.WRONLY));
        NativeBuffer buffer = door.memory.allocate(8);
        try (Fd reader = files.open(fifo)) {
            assertThat(files.read(reader, buffer, 0, 8)).isZero();
            try (Fd writer = files.open(fifo, OpenFlag.WRONLY)) {
                assertThat(files.read(reader, buffer, 0, 8)).isEqualTo(LinuxFiles.WOULD_BLOCK);
                assertThat(files.write(writer, buffer, 0, 8)).isEqualTo(8);
                assertThat(files.read(reader, buffer, 0, 8)).isEqualTo(8);
            }
        }
    }

    @Test
    void permissionIsRefused() {
        // Root is refused little; a sysfs attribute without a store method is refused to everybody.
        Path unwritable = Path.of("/sys/kernel/uevent_seqnum");
        refused(Errno.EACCES, "open " + unwritable, () -> files.open(unwritable, OpenFlag.WRONLY));
    }

    @Test
    void readAndWriteAreRefusedWithTheKernelsWord() throws IOException {
        NativeBuffer buffer = door.memory.allocate(4096);
        try (Fd directory = files.open(folder);
                Fd readOnly = files.open(Path.of("/dev/zero"));
                Fd full = files.open(Path.of("/dev/full"), OpenFlag.RDWR);
                Fd path = files.open(folder, OpenFlag.PATH)) {
            refused(Errno.EISDIR, "read " + folder, () -> files.read(directory, buffer, 0, 8));
            refused(Errno.EBADF, "write /dev/zero", () -> files.write(readOnly, buffer, 0, 8));
            refused(Errno.EBADF, "read " + folder, () -> files.read(path, buffer, 0, 8));
            refused(Errno.ENOSPC, "write /dev/full", () -> files.write(full, buffer, 0, 8));
            refused(Errno.EINVAL, "pread /dev/zero", () -> files.pread(readOnly, buffer, 0, 8, -1));
        }
        try (Door.Pipe pipe = door.pipe()) {
            assertThat(files.read(pipe.reader(), buffer, 0, 8)).isEqualTo(LinuxFiles.WOULD_BLOCK);
            refused(Errno.ESPIPE, "pread pipe reader", () -> files.pread(pipe.reader(), buffer, 0, 8, 0));
            refused(Errno.ESPIPE, "pwrite pipe writer", () -> files.pwrite(pipe.writer(), buffer, 0, 8, 0));
            int written = 0;
            for (int n = 0; n >= 0; n = files.write(pipe.writer(), buffer, 0, 4096)) {
                written += n;
            }
            assertThat(written).isEqualTo(files.fcntl(pipe.writer(), Fcntl.F_GETPIPE_SZ, 0));
            pipe.reader().close();
            refused(Errno.EPIPE, "write pipe writer", () -> files.write(pipe.writer(), buffer, 0, 8));
        }
        try (Fd event = door.waiting.eventfd(0)) {
            assertThat(files.read(event, buffer, 0, 8)).isEqualTo(LinuxFiles.WOULD_BLOCK);
            refused(Errno.EINVAL, "read eventfd", () -> files.read(event, buffer, 0, 4));
        }
    }

    @Test
    void aDirectReadMustBeAligned() throws IOException {
        Path file = Path.of(System.getProperty("user.dir")).resolve("target/direct");
        Files.write(file, new byte[8192]);
        NativeBuffer buffer = door.memory.allocate(4096);
        try (Fd fd = files.open(file, OpenFlag.RDONLY, OpenFlag.DIRECT)) {
            refused(Errno.EINVAL, "pread " + file, () -> files.pread(fd, buffer, 0, 7, 1));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void boundsAreChecked() throws IOException {
        NativeBuffer buffer = door.memory.allocate(16);
        try (Fd zero = files.open(Path.of("/dev/zero"), OpenFlag.RDWR)) {
            assertThat(files.read(zero, buffer, 16, 0)).isZero();
            for (int[] range : new int[][] {{0, 17}, {16, 1}, {-1, 1}, {0, -1}, {Integer.MAX_VALUE, 1}}) {
                assertThatThrownBy(() -> files.read(zero, buffer, range[0], range[1]))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> files.pwrite(zero, buffer, range[0], range[1], 0))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> files.ioctl(zero, Ioctl.ior('x', 1, 17), buffer, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    /** No driver of every machine makes a descriptor so: FIONREAD is made to say the number of one nobody owns yet. */
    @Test
    void aDescriptorThatARequestPutsIntoItsStructureIsOwnedAndClosedOnExec() throws IOException {
        NativeBuffer buffer = door.memory.allocate(4096);
        try (Door.Pipe pipe = door.pipe()) {
            int number = (int) door.calls.call("dup", pipe.reader());
            files.write(pipe.writer(), buffer, 0, number);

            Fd made = files.ioctlForFd(pipe.reader(), FIONREAD, buffer, 8, 0, "made by a request");

            assertThat(made.subject()).isEqualTo("made by a request");
            assertThat(files.fcntl(made, Fcntl.F_GETFD, 0)).isEqualTo(Fcntl.FD_CLOEXEC);
            assertThat(files.read(made, buffer, 0, 4096)).isEqualTo(number);
            made.close();
            assertThat(Path.of("/proc/self/fd/" + number)).doesNotExist();
        }
    }

    @Test
    void ioctlsFillStructuresOrAreRefused() throws IOException {
        NativeBuffer buffer = door.memory.allocate(16);
        try (Fd random = files.open(Path.of("/dev/urandom"))) {
            assertThat(files.ioctl(random, RNDGETENTCNT, buffer, 8)).isZero();
            assertThat(buffer.bytes().getInt(8)).isBetween(1, 4096);
            refused(Errno.EINVAL, "ioctl /dev/urandom", () -> files.ioctl(random, Ioctl.io('R', 99), 0));
        }
        try (Fd zero = files.open(Path.of("/dev/zero"))) {
            refused(Errno.ENOTTY, "ioctl /dev/zero", () -> files.ioctl(zero, BLKGETSIZE64, buffer, 0));
        }
        try (Door.Pipe pipe = door.pipe()) {
            files.write(pipe.writer(), buffer, 0, 5);
            // An old number states no size, so the buffer's end is not checked by it: any offset within will do.
            assertThat(files.ioctl(pipe.reader(), FIONREAD, buffer, 4)).isZero();
            assertThat(buffer.bytes().getInt(4)).isEqualTo(5);
        }
    }

    @Test
    void fcntlIsRefused() throws IOException {
        try (Door.Pipe pipe = door.pipe()) {
            refused(Errno.EINVAL, "fcntl pipe reader", () -> files.fcntl(pipe.reader(), 9999, 0));
            refused(Errno.EPERM, "fcntl pipe reader", () -> files.fcntl(pipe.reader(), Fcntl.F_ADD_SEALS, 1));
        }
    }

    @Test
    void aReadOnlyFileSystemSaysSo() throws IOException {
        Path there = folder.resolve("ro");
        try (Tmpfs mounted = Tmpfs.mount(door, there, "size=64k")) {
            Files.createFile(there.resolve("file"));
            mounted.readOnly();
            refused(Errno.EROFS, "open " + there, () -> files.open(there.resolve("file"), OpenFlag.WRONLY));
        }
    }

    @Test
    void statfsTellsKindAndRoom() throws IOException {
        assertThat(files.statfs(Path.of("/proc")).type()).isEqualTo(PROC_SUPER_MAGIC);
        Path there = folder.resolve("small");
        try (Tmpfs mounted = Tmpfs.mount(door, there, "size=128k,nr_inodes=9")) {
            StatFs room = files.statfs(there);
            assertThat(room.blocks() * room.blockSizeBytes()).isEqualTo(128 * 1024);
            assertThat(room.availableBytes()).isEqualTo(128 * 1024);
            assertThat(room.blocksFree()).isEqualTo(room.blocksAvailable());
            assertThat(room.inodes()).isEqualTo(9);
            assertThat(room.inodesFree()).isEqualTo(8);
        }
        refused(Errno.ENOENT, "statfs /nowhere", () -> files.statfs(Path.of("/nowhere")));
    }

    @Test
    void allocateTakesRealBlocksOrSaysThatThereAreNone() throws IOException {
        Path there = folder.resolve("small");
        try (Tmpfs mounted = Tmpfs.mount(door, there, "size=128k");
                Fd fd = files.open(there.resolve("file"), OpenFlag.RDWR, OpenFlag.CREAT)) {
            long before = files.statfs(there).availableBytes();
            files.allocate(fd, 0, 64 * 1024);
            assertThat(files.statfs(there).availableBytes()).isEqualTo(before - 64 * 1024);
            refused(Errno.ENOSPC, "posix_fallocate " + there, () -> files.allocate(fd, 0, 256 * 1024));
            refused(Errno.EINVAL, "posix_fallocate " + there, () -> files.allocate(fd, 0, 0));
        }
        try (Fd fd = files.open(folder.resolve("big"), OpenFlag.RDWR, OpenFlag.CREAT)) {
            refused(Errno.EFBIG, "posix_fallocate ", () -> files.allocate(fd, Long.MAX_VALUE - 10, 10));
        }
        try (Door.Pipe pipe = door.pipe()) {
            refused(Errno.ESPIPE, "posix_fallocate pipe", () -> files.allocate(pipe.writer(), 0, 1));
        }
    }

    @Test
    void everyCallAfterCloseIsRefusedByUs() throws IOException {
        NativeBuffer buffer = door.memory.allocate(16);
        Fd fd = files.open(Path.of("/dev/zero"), OpenFlag.RDWR);
        assertThat(fd.isOpen()).isTrue();
        fd.close();
        fd.close();
        assertThat(fd.isOpen()).isFalse();
        assertThatThrownBy(() -> files.read(fd, buffer, 0, 1)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> files.write(fd, buffer, 0, 1)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> files.pread(fd, buffer, 0, 1, 0)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> files.pwrite(fd, buffer, 0, 1, 0)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> files.ioctl(fd, FIONREAD, 0)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> files.ioctl(fd, FIONREAD, buffer, 0)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> files.fcntl(fd, Fcntl.F_GETFD, 0)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> files.allocate(fd, 0, 1)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(fd::use).isInstanceOf(ClosedFdException.class).hasMessage("/dev/zero was closed");
    }

    @Test
    void noRoomForDescriptorsSaysSo() throws IOException {
        NativeBuffer limit = door.memory.allocate(16);
        assumeTrue(door.calls.call("getrlimit", 7, limit) == 0, "RLIMIT_NOFILE cannot be read");
        long soft = limit.bytes().getLong(0);
        // Once before, so that no class has to be opened when nothing can be.
        refused(Errno.ENOENT, "open /nowhere", () -> files.open(Path.of("/nowhere")));
        try {
            limit.bytes().putLong(0, 3);
            door.calls.call("setrlimit", 7, limit);
            refused(Errno.EMFILE, "open /dev/zero", () -> files.open(Path.of("/dev/zero")));
            refused(Errno.EMFILE, "eventfd: EMFILE", () -> door.waiting.eventfd(0));
        } finally {
            limit.bytes().putLong(0, soft);
            door.calls.call("setrlimit", 7, limit);
        }
    }
}
