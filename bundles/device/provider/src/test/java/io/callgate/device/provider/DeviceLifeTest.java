// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.device.BlockDevice;
import io.callgate.device.CharacterDevice;
import io.callgate.device.Device;
import io.callgate.device.DeviceNumber.Kind;
import io.callgate.device.Holder;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Inotify;
import io.callgate.linux.Ioctl;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.testing.FakeFile;
import io.callgate.resource.ResourceState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting, live, gone and back, with the kernel and its time in the test's hand. */
class DeviceLifeTest {

    private static final int REFERENCE = 2;
    private static final int DELETED = 4;

    @TempDir
    Path folder;

    private Machine machine;
    private final List<String> requests = new ArrayList<>();

    @BeforeEach
    void aMachine() throws IOException {
        machine = new Machine(folder);
    }

    private void seconds(long seconds) {
        machine.kernel.advance(Duration.ofSeconds(seconds));
    }

    /** A driver that says what it was asked. */
    private final class Driver implements FakeFile {

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            into.put((byte) position);
            return 1;
        }

        @Override
        public int ioctl(Ioctl request, long argument) {
            requests.add(Integer.toHexString(request.number()));
            return 7;
        }

        @Override
        public void close() {
            requests.add("closed");
        }
    }

    private void serialPort() {
        machine.sys(Kind.CHARACTER, "4:64", "ttyS0", "tty");
        machine.node("ttyS0", Machine.CHARACTER, 4, 64, Driver::new);
    }

    private void disk() {
        machine.sys(Kind.BLOCK, "7:0", "loop0", "block");
        machine.node("loop0", Machine.BLOCK, 7, 0, Driver::new);
    }

    @Test
    void aNodeThatIsThereIsAServiceAtOnce() {
        serialPort();
        machine.configure("line", "ttyS0");
        CharacterDevice line = machine.device(CharacterDevice.class, "line");
        assertThat(machine.registry.properties(line))
                .containsEntry("callgate.name", "line")
                .containsEntry(Device.PATH, machine.dev.resolve("ttyS0").toString())
                .containsEntry(Device.NUMBER, "4:64")
                .containsEntry(Device.SUBSYSTEM, "tty")
                .containsEntry(Device.WRITABLE, false);
        assertThat(line.number()).hasToString("char 4:64");
        assertThat(machine.opens).hasValue(1);
        seconds(30);
        assertThat(machine.opens).as("looks do not open").hasValue(1);
    }

    @Test
    void aLinkBelowTheRootLeadsToTheNode() throws IOException {
        serialPort();
        Files.createFile(machine.dev.resolve("ttyS0"));
        Files.createSymbolicLink(machine.dev.resolve("uplink"), Path.of("ttyS0"));
        machine.kernel.script(machine.dev.resolve("uplink").toString(), Driver::new);
        machine.configure("line", "uplink");
        assertThat(machine.device(CharacterDevice.class, "line").path()).isEqualTo(machine.dev.resolve("ttyS0"));
    }

    @Test
    void inotifyBringsItAtOnce() {
        machine.configure("line", "ttyS0");
        assertThat(machine.state("line")).isEqualTo(ResourceState.WAITING);
        serialPort();
        machine.happened(Inotify.CREATE, "ttyS1");
        assertThat(machine.isRegistered("line")).isFalse();
        machine.happened(Inotify.CREATE, "ttyS0");
        assertThat(machine.isRegistered("line")).isTrue();
    }

    @Test
    void aModeThatIsMendedLaterBringsItToo() {
        serialPort();
        machine.refuse("ttyS0", Errno.EACCES);
        machine.configure("line", "ttyS0");
        assertThat(machine.reason("line")).contains("may not be opened by this user");
        machine.refuse("ttyS0", null);
        machine.happened(Inotify.ATTRIB, "ttyS0");
        assertThat(machine.state("line")).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void aFolderOnTheWayIsWaitedForAndThenTheNodeInIt() throws IOException {
        machine.configure("line", "serial/by-id/uplink");
        Files.createDirectories(machine.dev.resolve("serial"));
        machine.happened(Inotify.CREATE, "serial");
        machine.node("serial/by-id/uplink", Machine.CHARACTER, 4, 65);
        Files.createDirectories(machine.dev.resolve("serial/by-id"));
        machine.kernel.happened(machine.dev.resolve("serial").toString(), Inotify.CREATE, "by-id");
        assertThat(machine.isRegistered("line")).isTrue();
    }

    @Test
    void withoutAnyNewsASlowLookFindsIt() {
        machine.configure("line", "ttyS0");
        serialPort();
        seconds(5);
        assertThat(machine.isRegistered("line")).isTrue();
    }

    @Test
    void aUeventTakesItAwayAndItsCallsFailAndItComesBack() throws IOException {
        serialPort();
        machine.configure("line", "ttyS0");
        machine.kernel.plug(machine.kernelDevice("tty", "ttyS0"));
        CharacterDevice before = machine.device(CharacterDevice.class, "line");
        Files.delete(machine.root.resolve("sys/dev/char/4:64"));
        machine.kernel.unplug(machine.kernelDevice("tty", "ttyS0"));
        assertThat(machine.log.lines("INFO")).anyMatch(line -> line.contains("line is gone: "));
        assertThat(requests).contains("closed");
        assertThatThrownBy(() -> before.read(before.allocate(1), 0, 1))
                .isInstanceOf(ClosedFdException.class)
                .hasMessageContaining("ttyS0");
    }

    @Test
    void aNodeThatIsReplacedIsOpenedAnew() {
        serialPort();
        machine.configure("line", "ttyS0");
        CharacterDevice before = machine.device(CharacterDevice.class, "line");
        machine.node("ttyS0", Machine.CHARACTER, 4, 64, Driver::new);
        machine.happened(Inotify.CREATE, "ttyS0");
        assertThat(machine.device(CharacterDevice.class, "line")).isNotSameAs(before);
        assertThat(requests).containsExactly("closed");
    }

    @Test
    void aCallThatSaysNoDeviceMakesUsLook() {
        serialPort();
        machine.configure("line", "ttyS0");
        CharacterDevice line = machine.device(CharacterDevice.class, "line");
        machine.removeNode("ttyS0");
        assertThatThrownBy(() -> line.read(line.allocate(1), 0, 1))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV))
                .hasMessageContaining(machine.dev + "/ttyS0");
        assertThat(machine.isRegistered("line")).isFalse();
    }

    @Test
    void anErrorOfOneCallIsThatCallsOnly() {
        serialPort();
        machine.configure("line", "ttyS0");
        CharacterDevice line = machine.device(CharacterDevice.class, "line");
        machine.kernel.fail("read", machine.dev.resolve("ttyS0").toString(), Errno.EIO);
        assertThatThrownBy(() -> line.read(line.allocate(1), 0, 1))
                .hasMessageStartingWith("read " + machine.dev + "/ttyS0: EIO");
        assertThat(machine.device(CharacterDevice.class, "line")).isSameAs(line);
    }

    @Test
    void theSameSettingsLeaveItOpenOthersOpenItAnew() {
        serialPort();
        Map<String, Object> settings =
                Map.of("path", machine.dev.resolve("ttyS0").toString());
        DeviceComponent component = machine.configure("line", settings);
        component.configure(Machine.config(settings), settings);
        assertThat(machine.opens).hasValue(1);
        Map<String, Object> others = Map.of("path", machine.dev.resolve("ttyS0").toString(), "access", "read-write");
        component.configure(Machine.config(others), others);
        assertThat(machine.opens).hasValue(2);
        assertThat(machine.device(CharacterDevice.class, "line").isWritable()).isTrue();
        Map<String, Object> bad = Map.of("path", "no");
        component.configure(Machine.config(bad), bad);
        assertThat(machine.isRegistered("line")).isFalse();
        assertThat(machine.kernel.openDescriptors()).containsExactly("inotify");
    }

    @Test
    void anExclusiveDeviceIsTakenOverByItsSuccessorAndNotOpenedTwice() {
        disk();
        DeviceComponent before = machine.configure("disk", "loop0", "exclusive", true, "access", "read-write");
        before.close(REFERENCE);
        assertThat(machine.isRegistered("disk")).isFalse();
        assertThat(machine.kernel.kept()).extracting("resource").containsExactly("device:block 7:0");
        machine.configure("disk", "loop0", "exclusive", true, "access", "read-write");
        assertThat(machine.opens).hasValue(1);
        assertThat(machine.kernel.kept()).isEmpty();
        assertThat(requests).isEmpty();
    }

    @Test
    void aSuccessorWithOtherSettingsOpensItAnewAfterTheFirstWasClosed() {
        disk();
        machine.configure("disk", "loop0", "exclusive", true).close(REFERENCE);
        machine.configure("disk", "loop0", "exclusive", true, "access", "read-write");
        assertThat(requests).containsExactly("closed");
        assertThat(machine.opens).hasValue(2);
    }

    @Test
    void aNodeMadeAnewMeanwhileIsNotTakenForTheOldOne() {
        disk();
        machine.configure("disk", "loop0", "exclusive", true).close(REFERENCE);
        machine.node("loop0", Machine.BLOCK, 7, 0, Driver::new);
        machine.configure("disk", "loop0", "exclusive", true);
        assertThat(machine.opens).hasValue(2);
    }

    @Test
    void whatIsNotExclusiveIsClosedAtOnceAndSoIsWhatWasDeleted() {
        disk();
        machine.configure("disk", "loop0").close(REFERENCE);
        assertThat(machine.kernel.kept()).isEmpty();
        machine.configure("disk", "loop0", "exclusive", true).close(DELETED);
        assertThat(requests).containsExactly("closed", "closed");
        assertThat(machine.kernel.kept()).isEmpty();
        assertThat(machine.kernel.openDescriptors()).containsExactly("inotify");
        assertThat(machine.kernel.registrations()).as("only inotify is watched").isEqualTo(1);
    }

    @Test
    void anExclusiveTerminalIsClaimedAndGivenBack() {
        serialPort();
        machine.configure("line", "ttyS0", "exclusive", true).close(DELETED);
        assertThat(requests).containsExactly("540c", "540d", "closed");
        requests.clear();
        machine.configure("line", "ttyS0", "exclusive", true).close(REFERENCE);
        assertThat(requests).containsExactly("540c");
        seconds(2);
        assertThat(requests).containsExactly("540c", "540d", "closed");
    }

    @Test
    void onlyATerminalIsAskedSo() {
        machine.sys(Kind.CHARACTER, "10:200", "tun", "misc");
        machine.node("tun", Machine.CHARACTER, 10, 200, Driver::new);
        machine.configure("tun", "tun", "exclusive", true).close(DELETED);
        assertThat(requests).containsExactly("closed");
    }

    @Test
    void aMountedBlockDeviceIsOpenedReadOnlyUnlessTheConfigurationSaysOtherwise() throws IOException {
        disk();
        machine.mounted("7:0", "/mnt/my\\040data", "/dev/loop0");
        machine.configure("disk", "loop0", "access", "read-write");
        BlockDevice disk = machine.device(BlockDevice.class, "disk");
        assertThat(disk.isWritable()).isFalse();
        assertThat(disk.holders()).containsExactly(new Holder(Holder.Kind.MOUNT, "/mnt/my data"));
        assertThat(machine.log.lines("WARN"))
                .containsExactly("WARN disk is opened read-only: " + machine.dev + "/loop0 is mounted on /mnt/my data");
        assertThatThrownBy(() -> disk.write(disk.allocate(1), 0, 1)).hasMessageContaining("EBADF");

        machine.configure("so many words", "loop0", "access", "read-write", "writeMounted", true);
        assertThat(machine.device(BlockDevice.class, "so many words").isWritable())
                .isTrue();
        machine.configure("write only", "loop0", "access", "write");
        assertThat(machine.reason("write only"))
                .isEqualTo(
                        machine.dev + "/loop0 is mounted on /mnt/my data: unmount it," + " or set \"access\" to read");
    }

    @Test
    void aMountThatComesLaterTakesTheWritingAwayAndItsEndGivesItBack() {
        disk();
        machine.configure("disk", "loop0", "access", "read-write");
        assertThat(machine.device(BlockDevice.class, "disk").isWritable()).isTrue();
        machine.mounted("7:0", "/mnt", "/dev/loop0");
        seconds(5);
        assertThat(machine.device(BlockDevice.class, "disk").isWritable()).isFalse();
        machine.proc("self/mountinfo", "");
        seconds(5);
        assertThat(machine.device(BlockDevice.class, "disk").isWritable()).isTrue();
        assertThat(machine.kernel.openDescriptors()).hasSize(2);
    }

    @Test
    void partitionsSwapsOtherDevicesAndSourcesCountToo() throws IOException {
        Path folder = machine.sys(Kind.BLOCK, "8:0", "sda", "block");
        machine.node("sda", Machine.BLOCK, 8, 0);
        machine.node("sda1", Machine.BLOCK, 8, 1);
        machine.node("sda2", Machine.BLOCK, 8, 2);
        for (int i = 1; i <= 2; i++) {
            Path partition = Files.createDirectories(folder.resolve("sda" + i));
            Files.writeString(partition.resolve("partition"), i + "\n");
            Files.writeString(partition.resolve("dev"), "8:" + i + "\n");
            Files.createDirectories(partition.resolve("holders"));
        }
        Files.createDirectories(folder.resolve("sda2/holders/dm-0"));
        machine.mounted("0:31", "/data", machine.dev.resolve("sda1").toString()); // btrfs has a number of its own
        machine.proc("swaps", "Filename Type\n" + machine.dev.resolve("sda2") + " partition 1 0 -2\n");
        machine.configure("disk", "sda", "access", "read-write");
        BlockDevice disk = machine.device(BlockDevice.class, "disk");
        assertThat(disk.isWritable()).isFalse();
        assertThat(disk.holders())
                .extracting(Object::toString)
                .containsExactlyInAnyOrder("held by dm-0", "mounted on /data", "swap");
    }

    @Test
    void aBusyBlockDeviceNamesItsHolders() {
        disk();
        machine.mounted("7:0", "/mnt", "/dev/loop0");
        machine.refuse("loop0", Errno.EBUSY);
        machine.configure("disk", "loop0", "exclusive", true);
        assertThat(machine.reason("disk")).isEqualTo(machine.dev + "/loop0 is busy: it is mounted on /mnt");
    }

    @Test
    void aLoopDeviceThatIsDetachedIsClosedSoThatTheKernelLetsGoOfItsFile() throws IOException {
        disk();
        Path mark = machine.root.resolve("sys/devices/loop0/loop/autoclear");
        Files.createDirectory(mark.getParent());
        Files.writeString(mark, "0\n");
        machine.configure("disk", "loop0", "access", "read-write");
        BlockDevice disk = machine.device(BlockDevice.class, "disk");
        seconds(5);
        assertThat(machine.opens).hasValue(1);
        Files.writeString(mark, "1\n");
        disk.ioctl(new Ioctl(0x4C01), 0);
        assertThat(requests).containsExactly("4c01", "closed");
        assertThat(machine.log.lines("INFO")).anyMatch(line -> line.contains("disk is gone: its file was detached"));
        assertThat(machine.device(BlockDevice.class, "disk")).isNotSameAs(disk);
        seconds(30);
        assertThat(machine.opens)
                .as("a mark that was there at the open means something else")
                .hasValue(2);
    }

    @Test
    void aDetachmentThroughUsIsKnownAlsoIfNobodyHasSeenTheFileBefore() throws IOException {
        disk();
        machine.configure("disk", "loop0", "access", "read-write");
        Path mark = machine.root.resolve("sys/devices/loop0/loop/autoclear");
        Files.createDirectory(mark.getParent());
        Files.writeString(mark, "1\n");
        machine.device(BlockDevice.class, "disk").ioctl(new Ioctl(0x4C01), 0);
        assertThat(requests).containsExactly("4c01", "closed");
    }

    @Test
    void aFileThatWasAttachedIsAttachedAlsoIfItCannotBeLookedAtAfterwards() throws IOException {
        disk();
        Path mark = machine.root.resolve("sys/devices/loop0/loop/autoclear");
        machine.configure("disk", "loop0", "access", "read-write");
        Files.createDirectories(mark); // a folder: it cannot be read
        assertThat(machine.device(BlockDevice.class, "disk").ioctl(new Ioctl(0x4C0A), 0))
                .isEqualTo(7);
        assertThat(machine.log.lines("WARN"))
                .as("who looks again says it")
                .anyMatch(line -> line.contains("disk cannot be looked at: "));
        assertThat(machine.isRegistered("disk")).isTrue();
    }

    @Test
    void aFileThatIsAttachedToBeLetGoOfAtTheEndIsNotTakenForDetached() throws IOException {
        disk();
        machine.configure("disk", "loop0", "access", "read-write");
        Path mark = machine.root.resolve("sys/devices/loop0/loop/autoclear");
        Files.createDirectory(mark.getParent());
        Files.writeString(mark, "1\n");
        seconds(10);
        assertThat(machine.opens).hasValue(1);
    }

    @Test
    void callsGoToTheDriver() throws IOException {
        serialPort();
        machine.kernel.onCall("lseek", arguments -> (long) arguments[1] + 100 * (int) arguments[2]);
        machine.configure("line", "ttyS0");
        CharacterDevice line = machine.device(CharacterDevice.class, "line");
        NativeBuffer buffer = line.allocate(4);
        assertThat(line.pread(buffer, 2, 1, 65)).isEqualTo(1);
        assertThat(buffer.bytes().get(2)).isEqualTo((byte) 65);
        assertThat(line.ioctl(new Ioctl(0x1234), 0)).isEqualTo(7);
        assertThat(line.position()).isEqualTo(100);
        line.position(5);
        assertThatThrownBy(() -> line.position(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
