// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory.Protection;
import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FakeFilesTest {

    private final FakeLinux kernel = new FakeLinux();
    private final NativeBuffer buffer = kernel.allocate(64);

    @TempDir
    Path folder;

    private String text(Fd fd) throws IOException {
        return buffer.text(0, kernel.pread(fd, buffer, 0, 64, 0));
    }

    private void write(Fd fd, String text) throws IOException {
        assertThat(kernel.pwrite(fd, buffer, 0, buffer.put(0, text), 0)).isEqualTo(text.length());
    }

    @Test
    void anAttributeIsSharedByAllWhoOpenItAndEndsWithANewline() throws IOException {
        kernel.attribute("/sys/led/brightness", "0\n");
        Fd reader = kernel.open(Path.of("/sys/led/brightness"));
        Fd writer = kernel.open(Path.of("/sys/led/brightness"), OpenFlag.WRONLY);

        write(writer, "255");

        assertThat(text(reader)).isEqualTo("255\n");
        assertThat(kernel.written("/sys/led/brightness")).containsExactly("255");
        assertThat(kernel.value("/sys/led/brightness")).isEqualTo("255\n");
    }

    @Test
    void readAndWriteFollowThePositionAndShortReadsAreTold() throws IOException {
        kernel.attribute("/proc/text", "0123456789").bytesPerCall(4);
        Fd fd = kernel.open(Path.of("/proc/text"));

        assertThat(kernel.read(fd, buffer, 0, 64)).isEqualTo(4);
        assertThat(kernel.read(fd, buffer, 4, 64 - 4)).isEqualTo(4);
        assertThat(kernel.read(fd, buffer, 8, 64 - 8)).isEqualTo(2);
        assertThat(kernel.read(fd, buffer, 10, 64 - 10)).isZero();
        assertThat(buffer.text(0, 10)).isEqualTo("0123456789");
    }

    @Test
    void aReaderFinishesTheTextItBeganWith() throws IOException {
        kernel.attribute("/proc/text", "aaaa");
        Fd fd = kernel.open(Path.of("/proc/text"));
        kernel.pread(fd, buffer, 0, 2, 0);
        kernel.value("/proc/text", "bbbb");

        kernel.pread(fd, buffer, 2, 2, 2);

        assertThat(buffer.text(0, 4)).isEqualTo("aaaa");
        assertThat(text(fd)).isEqualTo("bbbb");
    }

    @Test
    void whatIsNotThereIsEnoentAndWhatIsTakenAwayIsEnodev() throws IOException {
        assertThatThrownBy(() -> kernel.open(Path.of("/proc/none")))
                .hasMessage("open /proc/none: ENOENT (No such file or directory)");
        kernel.attribute("/sys/value", "1\n");
        Fd fd = kernel.open(Path.of("/sys/value"));
        kernel.remove("/sys/value");
        assertThatThrownBy(() -> text(fd)).hasMessage("pread /sys/value: ENODEV (No such device)");
    }

    @Test
    void orderedErrorsLastUntilTheyAreMended() throws IOException {
        kernel.attribute("/sys/value", "1\n").fail("open", "/sys/value", Errno.EBUSY);
        assertThatThrownBy(() -> kernel.open(Path.of("/sys/value")))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
        kernel.mend("open", "/sys/value");
        kernel.readOnly("/sys/value");

        kernel.open(Path.of("/sys/value"));
        assertThatThrownBy(() -> kernel.open(Path.of("/sys/value"), OpenFlag.RDWR))
                .hasMessage("open /sys/value: EACCES (Permission denied)");
    }

    @Test
    void accessIsThatOfTheOpen() throws IOException {
        kernel.attribute("/sys/value", "1\n");
        Fd reader = kernel.open(Path.of("/sys/value"));
        assertThatThrownBy(() -> write(reader, "2")).hasMessageContaining("EBADF");
        Fd writer = kernel.open(Path.of("/sys/value"), OpenFlag.WRONLY);
        assertThatThrownBy(() -> text(writer)).hasMessageContaining("EBADF");
    }

    @Test
    void aScriptIsMadeForEachOpenAndItsErrorsGetTheCallAndThePath() throws IOException {
        AtomicInteger opens = new AtomicInteger();
        kernel.script("/dev/thing", () -> {
            opens.incrementAndGet();
            return new FakeFile() {
                @Override
                public int ioctl(Ioctl request, ByteBuffer argument) {
                    argument.putInt(0, argument.getInt(0) + 1);
                    return 7;
                }
            };
        });
        Fd fd = kernel.open(Path.of("/dev/thing"), OpenFlag.RDWR);
        buffer.bytes().putInt(8, 41);

        assertThat(kernel.ioctl(fd, Ioctl.iowr('T', 1, 4), buffer, 8)).isEqualTo(7);
        assertThat(buffer.bytes().getInt(8)).isEqualTo(42);
        assertThat(opens).hasValue(1);
        assertThatThrownBy(() -> kernel.ioctl(fd, Ioctl.io('T', 2), 0))
                .hasMessage("ioctl /dev/thing: ENOTTY (Inappropriate ioctl for device)");
    }

    @Test
    void aClosedDescriptorIsRefusedAndItsFileIsClosedByTheLastUse() throws IOException {
        boolean[] closed = {false};
        kernel.script("/dev/thing", () -> new FakeFile() {
            @Override
            public void close() {
                closed[0] = true;
            }
        });
        Fd fd = kernel.open(Path.of("/dev/thing"));
        Fd.Use use = fd.use();
        fd.close();

        assertThat(closed[0]).isFalse();
        use.close();
        assertThat(closed[0]).isTrue();
        assertThat(kernel.openDescriptors()).isEmpty();
        assertThatThrownBy(() -> text(fd)).isInstanceOf(ClosedFdException.class).hasMessage("/dev/thing was closed");
    }

    @Test
    void aTreeOfRealFilesIsReadThroughItsLinksAndBehavesAsKernfs() throws IOException {
        Path real = Files.writeString(
                Files.createDirectories(folder.resolve("devices/a")).resolve("value"), "12345\n");
        Files.createSymbolicLink(folder.resolve("class"), Path.of("devices/a"));
        kernel.tree(folder);
        Fd fd = kernel.open(folder.resolve("class/value"), OpenFlag.RDWR);

        assertThat(text(fd)).isEqualTo("12345\n");
        write(fd, "7");
        assertThat(Files.readString(real)).isEqualTo("7\n");

        Files.delete(real);
        assertThatThrownBy(() -> text(fd)).hasMessageContaining("ENODEV");
        Files.writeString(real, "8\n");
        assertThatThrownBy(() -> text(fd)).hasMessageContaining("ENODEV");
    }

    @Test
    void realFilesAnswerWithTheKernelsErrors() throws IOException {
        kernel.disk(folder);
        Path file = folder.resolve("file");
        Fd fd = kernel.open(file, 0600, OpenFlag.RDWR, OpenFlag.CREAT, OpenFlag.EXCL);
        write(fd, "abc");
        write(fd, "x");

        assertThat(Files.readString(file)).isEqualTo("xbc");
        assertThatThrownBy(() -> kernel.open(file, OpenFlag.RDWR, OpenFlag.CREAT, OpenFlag.EXCL))
                .hasMessageContaining("EEXIST");
        assertThatThrownBy(() -> kernel.open(file.resolve("below"))).hasMessageContaining("ENOTDIR");
        assertThatThrownBy(() -> kernel.open(folder, OpenFlag.RDWR)).hasMessageContaining("EISDIR");
        Files.createSymbolicLink(folder.resolve("link"), file);
        assertThatThrownBy(() -> kernel.open(folder.resolve("link"), OpenFlag.NOFOLLOW))
                .hasMessageContaining("ELOOP");
        assertThatThrownBy(() -> kernel.open(Path.of("/elsewhere"), OpenFlag.RDWR, OpenFlag.CREAT))
                .hasMessageContaining("EROFS");
    }

    @Test
    void aMemfdIsSharedByAllWhoMapIt() throws IOException {
        Fd fd = kernel.memfd("ring");
        kernel.allocate(fd, 0, 4096);
        Mapping one = kernel.map(fd, 0, 4096, EnumSet.allOf(Protection.class));
        Mapping two = kernel.map(fd, 0, 4096, EnumSet.of(Protection.READ));
        one.buffer().bytes().putLong(8, 42);

        assertThat(two.buffer().bytes().getLong(8)).isEqualTo(42);
        two.close();
        assertThat(two.buffer().bytes().getLong(8)).isEqualTo(42);
        kernel.attribute("/sys/value", "1\n");
        Fd attribute = kernel.open(Path.of("/sys/value"));
        assertThatThrownBy(() -> kernel.map(attribute, 0, 1, EnumSet.of(Protection.READ)))
                .hasMessageContaining("ENODEV");
    }

    @Test
    void callsAreScriptedByNameAndKnownByNumber() throws IOException {
        kernel.onCall("getpriority", arguments -> 20 - (long) arguments[1]);

        assertThat(kernel.call("getpriority", 0L, 5L)).isEqualTo(15);
        assertThat(kernel.syscall(kernel.number("getpriority"), 0, 5, 0)).isEqualTo(15);
        assertThatThrownBy(() -> kernel.syscall(1)).hasMessage("syscall 1: ENOSYS (Function not implemented)");
        assertThatThrownBy(() -> kernel.call("other")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void buffersAreCheckedAsByTheRealDoor() throws IOException {
        kernel.attribute("/sys/value", "1\n");
        Fd fd = kernel.open(Path.of("/sys/value"));
        assertThatThrownBy(() -> kernel.pread(fd, buffer, 60, 5, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        Fd empty = kernel.eventfd(0);
        assertThat(kernel.read(empty, buffer, 0, 8)).isEqualTo(LinuxFiles.WOULD_BLOCK);
    }

    @Test
    void aPathIsNotOpenedUntilItIsOpenedThroughItsDescriptor() throws IOException {
        AtomicInteger armed = new AtomicInteger();
        kernel.script("/dev/watchdog0", () -> {
            armed.incrementAndGet();
            return FakeFile.text(() -> "identity\n");
        });
        Fd path = kernel.open(Path.of("/dev/watchdog0"), OpenFlag.PATH);
        assertThat(armed).hasValue(0);
        assertThatThrownBy(() -> text(path)).hasMessage("pread /dev/watchdog0: EBADF (Bad file descriptor)");
        Path link = link(Path.of("/proc/self/fd"), path);
        Fd opened = kernel.open(link);
        assertThat(armed).hasValue(1);
        assertThat(text(opened)).isEqualTo("identity\n");
        kernel.fail("open", "/dev/watchdog0", Errno.EBUSY);
        assertThatThrownBy(() -> kernel.open(link)).hasMessageContaining("EBUSY");
        kernel.mend("open", "/dev/watchdog0");
        kernel.script("/dev/watchdog0", () -> FakeFile.text(() -> "another"));
        assertThatThrownBy(() -> kernel.open(link)).hasMessageContaining("ENXIO");
        path.close();
        assertThatThrownBy(() -> kernel.open(link)).hasMessageContaining("ENOENT");
        Fd event = kernel.eventfd(0);
        assertThatThrownBy(() -> kernel.open(link(Path.of("/proc/self/fd"), event)))
                .hasMessageContaining("ENXIO");
    }

    @Test
    void descriptorsAreLinksInAFolder() throws IOException {
        Path links = Files.createDirectory(folder.resolve("fd"));
        Path sys = Files.createDirectory(folder.resolve("sys")).toRealPath();
        Path file = Files.writeString(sys.resolve("value"), "1\n");
        Path alias = Files.createSymbolicLink(sys.resolve("alias"), file);
        kernel.tree(sys).descriptorLinks(links);
        Fd path = kernel.open(alias, OpenFlag.PATH);
        Path link = link(links, path);
        assertThat(Files.readSymbolicLink(link)).isEqualTo(file);
        Files.delete(alias);
        Fd opened = kernel.open(link, OpenFlag.RDWR);
        write(opened, "2");
        assertThat(file).hasContent("2\n");
        assertThat(kernel.written(file.toString())).containsExactly("2");
        opened.close();
        path.close();
        assertThat(links).isEmptyDirectory();
    }

    private static Path link(Path folder, Fd fd) throws IOException {
        try (Fd.Use use = fd.use()) {
            return folder.resolve(Integer.toString(use.number()));
        }
    }

    @Test
    void aCallMayMakeADescriptor() throws IOException {
        kernel.onCallForFd("pidfd_open", arguments -> {
            if (!arguments[0].equals(1)) {
                throw FakeFile.refuse(Errno.ESRCH);
            }
            return FakeFile.text(() -> "init");
        });
        Fd fd = kernel.callForFd("pidfd_open", 1, 0);
        assertThat(text(fd)).isEqualTo("init");
        assertThat(kernel.openDescriptors()).containsExactly("pidfd_open");
        assertThatThrownBy(() -> kernel.callForFd("pidfd_open", 2, 0))
                .hasMessage("pidfd_open: ESRCH (No such process)");
        assertThatThrownBy(() -> kernel.callForFd("bpf")).hasMessageContaining("onCallForFd");
    }
}
