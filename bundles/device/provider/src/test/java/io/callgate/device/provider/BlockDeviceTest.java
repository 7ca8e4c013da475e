// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.device.BlockDevice;
import io.callgate.device.DeviceNumber.Kind;
import io.callgate.linux.Architecture;
import io.callgate.linux.Errno;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.testing.FakeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The requests of a block device. */
class BlockDeviceTest {

    @TempDir
    Path folder;

    private Machine machine;
    private final List<String> calls = new ArrayList<>();

    /** A disk of 1 MiB; structures of old requests have no size in their number, so the fake shows nothing of them. */
    private final class Disk implements FakeFile {

        @Override
        public int ioctl(Ioctl request, ByteBuffer argument) throws IOException {
            calls.add(Integer.toHexString(request.number()));
            if (request.equals(OpenBlockDevice.blkgetsize64(Architecture.current()))) {
                argument.putLong(0, 1 << 20);
                return 0;
            }
            throw FakeFile.refuse(Errno.EOPNOTSUPP);
        }
    }

    @BeforeEach
    void aDisk() throws IOException {
        machine = new Machine(folder);
        machine.sys(Kind.BLOCK, "7:0", "loop0", "block");
        machine.node("loop0", Machine.BLOCK, 7, 0, Disk::new);
    }

    @Test
    void sizeIsAskedWithTheArchitecturesNumber() throws IOException {
        machine.configure("disk", "loop0");
        assertThat(machine.device(BlockDevice.class, "disk").sizeBytes()).isEqualTo(1 << 20);
        assertThat(OpenBlockDevice.blkgetsize64(Architecture.X86_64).number()).isEqualTo(0x80081272);
        assertThat(OpenBlockDevice.blkgetsize64(Architecture.ARMHF).number()).isEqualTo(0x80041272);
    }

    @Test
    void discardAndFlushSayWhatTheDriverSays() {
        machine.configure("disk", "loop0");
        BlockDevice disk = machine.device(BlockDevice.class, "disk");
        assertThatThrownBy(() -> disk.discard(0, 4096)).hasMessageContaining(disk.path() + ": EOPNOTSUPP");
        List<String> synced = new ArrayList<>();
        machine.kernel.onCall("fsync", arguments -> {
            synced.add(((Fd) arguments[0]).subject());
            throw FakeFile.refuse(Errno.EIO);
        });
        assertThatThrownBy(disk::flush).hasMessageStartingWith("fsync " + disk.path() + ": EIO");
        assertThat(synced).hasSize(1);
    }

    @Test
    void buffersForDirectReadsAreAlignedToThePage() {
        machine.configure("disk", "loop0", "direct", true);
        BlockDevice disk = machine.device(BlockDevice.class, "disk");
        assertThat(disk.isDirect()).isTrue();
        ByteBuffer buffer = disk.allocate(512).bytes();
        assertThat(buffer.capacity()).isEqualTo(512);
        assertThat(buffer.alignmentOffset(0, 4096)).isZero();
    }
}
