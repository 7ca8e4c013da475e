// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Door.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.linux.Fcntl;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxMemory.Protection;
import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buffers, anonymous files and mappings, and what becomes of a mapping that is closed while it is read. */
class MemoryTest {

    private static final Set<Protection> BOTH = EnumSet.allOf(Protection.class);
    private static final Set<Protection> READ = EnumSet.of(Protection.READ);
    private static final int F_SEAL_GROW = 4;
    private static final int MFD_HUGETLB = 4;

    private final Door door = new Door();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void buffersAreZeroedAlignedAndInNativeOrder() {
        for (int size : new int[] {0, 1, 15, 16, 17, 4096}) {
            NativeBuffer buffer = door.memory.allocate(size);
            assertThat(buffer.size()).isEqualTo(size);
            assertThat(buffer.bytes().capacity()).isEqualTo(size);
            assertThat(buffer.bytes().order()).isEqualTo(ByteOrder.nativeOrder());
            assertThat(Block.address(buffer, 0, size) % 16).isZero();
            for (int i = 0; i < size; i++) {
                assertThat(buffer.bytes().get(i)).isZero();
            }
        }
        assertThatThrownBy(() -> door.memory.allocate(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void buffersAreAlignedToWhatIsAskedFor() {
        for (int alignment : new int[] {1, 16, 512, 4096, 65536}) {
            NativeBuffer buffer = door.memory.allocate(4096, alignment);
            assertThat(buffer.size()).isEqualTo(4096);
            assertThat(Block.address(buffer, 0, 4096) % Math.max(16, alignment)).isZero();
        }
        assertThatThrownBy(() -> door.memory.allocate(16, 24)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSystemVSegmentIsSharedAndDetachedWhenItIsClosed() throws IOException {
        int bytes = door.memory.pageSize() + 100;
        int segment = Math.toIntExact(door.calls.call("shmget", 0, bytes, 0600));
        try (Mapping one = door.memory.attach(segment, BOTH);
                Mapping other = door.memory.attach(segment, READ)) {
            ByteBuffer view = other.buffer().bytes();
            assertThat(view.capacity()).isEqualTo(bytes);
            one.buffer().bytes().putLong(bytes - 8, 0x1122334455667788L);
            assertThat(view.getLong(bytes - 8)).isEqualTo(0x1122334455667788L);
            assertThatThrownBy(() -> view.put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
            assertThat(attached(segment)).isEqualTo(2);
            one.close();
            other.close();
            assertThat(attached(segment)).isZero();
            assertThat(view.getLong(bytes - 8))
                    .as("through a view that is still held")
                    .isZero();
        } finally {
            door.calls.call("shmctl", segment, 0, 0);
        }
        refused(Errno.EINVAL, "shmctl", () -> door.memory.attach(segment, READ));
    }

    /** How many attachments the kernel counts; columns as in proc_sysvipc_shm(5). */
    private static int attached(int segment) throws IOException {
        return Files.readAllLines(Path.of("/proc/sysvipc/shm")).stream()
                .map(line -> line.strip().split(" +"))
                .filter(words -> words[1].equals(Integer.toString(segment)))
                .mapToInt(words -> Integer.parseInt(words[6]))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void twoMappingsOfOneFileShareIt() throws IOException {
        Mapping one;
        Mapping other;
        try (Fd fd = door.memory.memfd("shared")) {
            door.calls.call("ftruncate", fd, 2L * door.memory.pageSize());
            one = door.memory.map(fd, 0, 2 * door.memory.pageSize(), BOTH);
            other = door.memory.map(fd, door.memory.pageSize(), door.memory.pageSize(), READ);
        }
        one.buffer().bytes().putLong(door.memory.pageSize() + 8, 0x1122334455667788L);
        assertThat(other.buffer().bytes().getLong(8)).isEqualTo(0x1122334455667788L);
        assertThatThrownBy(() -> other.buffer().bytes().put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
        one.close();
        other.close();
        other.close();
    }

    @Test
    void callsReadIntoMappedMemory() throws IOException {
        try (Fd fd = door.memory.memfd("target");
                Fd zero = door.files.open(Path.of("/dev/zero"))) {
            door.files.allocate(fd, 0, 4096);
            try (Mapping mapping = door.memory.map(fd, 0, 4096, BOTH);
                    Mapping readOnly = door.memory.map(fd, 0, 4096, READ)) {
                mapping.buffer().bytes().put(100, (byte) 7);
                assertThat(door.files.read(zero, mapping.buffer(), 0, 4096)).isEqualTo(4096);
                assertThat(mapping.buffer().bytes().get(100)).isZero();
                refused(Errno.EFAULT, "read /dev/zero", () -> door.files.read(zero, readOnly.buffer(), 0, 4096));
            }
        }
    }

    @Test
    void whatCannotBeMappedIsRefused() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[100]);
        try (Fd readOnly = door.files.open(file);
                Fd writeOnly = door.files.open(file, OpenFlag.WRONLY);
                Fd eventfd = door.waiting.eventfd(0)) {
            refused(Errno.EACCES, "mmap " + file, () -> door.memory.map(readOnly, 0, 100, BOTH));
            refused(Errno.EACCES, "mmap " + file, () -> door.memory.map(writeOnly, 0, 100, READ));
            refused(Errno.EINVAL, "mmap " + file, () -> door.memory.map(readOnly, 1, 100, READ));
            refused(Errno.EINVAL, "mmap " + file, () -> door.memory.map(readOnly, 0, 0, READ));
            refused(Errno.ENODEV, "mmap eventfd", () -> door.memory.map(eventfd, 0, 100, READ));
            assertThatThrownBy(() -> door.memory.map(readOnly, 0, 100, Set.of()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        // Nobody has reserved huge pages on a machine that runs tests.
        try (Fd huge = door.descriptors.own((int) door.calls.call("memfd_create", "huge", MFD_HUGETLB), "huge pages")) {
            refused(Errno.ENOMEM, "mmap huge pages", () -> door.memory.map(huge, 0, 1 << 30, READ));
        }
    }

    @Test
    void aSealedFileDoesNotGrow() throws IOException {
        try (Fd fd = door.memory.memfd("sealed")) {
            assertThat(fd.subject()).isEqualTo("memfd:sealed");
            door.files.fcntl(fd, Fcntl.F_ADD_SEALS, F_SEAL_GROW);
            assertThat(door.files.fcntl(fd, Fcntl.F_GET_SEALS, 0)).isEqualTo(F_SEAL_GROW);
            refused(Errno.EPERM, "write memfd:sealed", () -> door.files.write(fd, door.memory.allocate(1), 0, 1));
        }
        refused(Errno.EINVAL, "memfd_create ", () -> door.memory.memfd("x".repeat(250)));
    }

    @Test
    void aViewOfAClosedMappingReadsZerosAndReachesNobody() throws IOException {
        Mapping other;
        ByteBuffer view;
        try (Fd fd = door.memory.memfd("closed early")) {
            door.files.allocate(fd, 0, 8192);
            Mapping mapping = door.memory.map(fd, 0, 8192, BOTH);
            other = door.memory.map(fd, 0, 8192, READ);
            view = mapping.buffer().bytes().slice(4096, 8);
            view.putLong(0, -1);
            mapping.close();
        }
        assertThat(view.getLong(0)).isZero();
        view.put(0, (byte) 5);
        assertThat(other.buffer().bytes().get(4096)).isEqualTo((byte) -1);
        assertThat(view.get(0)).isEqualTo((byte) 5);
        other.close();
    }

    @Test
    void theRangeGoesWhenTheLastViewHasGone() throws Exception {
        String name = "callgate-range-" + System.nanoTime();
        ByteBuffer[] view = {null};
        try (Fd fd = door.memory.memfd(name)) {
            door.files.allocate(fd, 0, 4096);
            view[0] = door.memory
                    .map(fd, 0, 4096, READ)
                    .buffer()
                    .bytes()
                    .duplicate()
                    .asReadOnlyBuffer()
                    .slice();
        }
        // A collection that has seen something newer die has seen that the mapping lives.
        Collected.await(new Object());
        assertThat(Files.readString(Path.of("/proc/self/maps"))).contains(name);
        assertThat(view[0].get(0)).isZero();
        view[0] = null;
        Collected.until(() -> !Files.readString(Path.of("/proc/self/maps")).contains(name));
    }

    @Test
    void aDescriptorThatNobodyClosesIsClosedWithAWarning() throws Exception {
        String name = "callgate-leak-" + System.nanoTime();
        door.memory.memfd(name);
        Collected.until(() -> !descriptors().contains(name));
        assertThat(door.log.await())
                .startsWith("warn")
                .contains("memfd:" + name)
                .contains("never closed");
    }

    private static String descriptors() throws IOException {
        StringBuilder all = new StringBuilder();
        try (var numbers = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path number : numbers) {
                if (Files.isSymbolicLink(number)) {
                    all.append(Files.readSymbolicLink(number)).append('\n');
                }
            }
        }
        return all.toString();
    }

    @Test
    void theThreadEndsWithTheBundle() throws Exception {
        door.memory.memfd("any").close();
        Thread reaper = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("callgate-reaper"))
                .filter(Thread::isAlive)
                .findAny()
                .orElseThrow();
        assertThat(reaper.isDaemon()).isTrue();
        assertThat(reaper.getContextClassLoader()).isNull();
        door.close();
        reaper.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(reaper.isAlive()).isFalse();
    }
}
