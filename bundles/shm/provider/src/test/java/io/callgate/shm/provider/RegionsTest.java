// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.NativeBuffer;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registers of a device, as sysfs says where they are; the device is a file here. */
class RegionsTest {

    private static final int PAGE = 4096;
    private static final int MODE_AT = 28;
    private static final int NODE_MAJOR_AT = 128;
    private static final int MAJOR = 246;
    private static final short CHARACTER_DEVICE = 0020600;

    @TempDir
    Path folder;

    private Path device;
    private FakeLinux kernel;
    private Regions regions;

    @BeforeEach
    void start() throws IOException {
        device = folder.resolve("uio0");
        byte[] content = new byte[3 * PAGE];
        content[PAGE] = 10;
        content[PAGE + 0x10] = 42;
        Files.write(device, content);
        kernel = new FakeLinux().disk(folder).onCall("statx", arguments -> {
            ByteBuffer answer = ((NativeBuffer) arguments[4]).bytes();
            answer.putShort(MODE_AT, CHARACTER_DEVICE);
            answer.putInt(NODE_MAJOR_AT, MAJOR);
            return 0;
        });
        regions = new Regions(kernel, kernel, kernel, folder.resolve("class"));
        map(0, "0x1000", "0x0");
        Files.writeString(folder.resolve("class/uio0/dev"), MAJOR + ":0\n");
        map(1, "0x20", "0x10");
    }

    private void map(int number, String size, String offset) throws IOException {
        Path map = Files.createDirectories(folder.resolve("class/uio0/maps/map" + number));
        Files.writeString(map.resolve("size"), size + "\n");
        Files.writeString(map.resolve("offset"), offset + "\n");
    }

    private OpenRegion open(int map, long position, long length, boolean writable) throws IOException {
        return open(new RegionSettings.File(device, map), position, length, writable);
    }

    private OpenRegion open(RegionSettings.File file, long position, long length, boolean writable) throws IOException {
        return regions.open("registers", new RegionSettings(file, position, length, writable), file);
    }

    @Test
    void registersBeginWhereTheirMapSays() throws Exception {
        OpenRegion region = open(1, 0, 0, true);
        assertThat(region.length()).isEqualTo(0x20);
        assertThat(region.address()).isEqualTo(device + " map 1");
        assertThat(region.bytes().get(0)).isEqualTo((byte) 42);
        region.bytes().put(1, (byte) 7);
        assertThat(Files.readAllBytes(device)[PAGE + 0x11]).isEqualTo((byte) 7);
        region.close();
        assertThat(kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aNodeThatIsNotTheUioDeviceOfItsNameIsNeverOpened() throws Exception {
        Path watchdog = Path.of("/dev/uio0"); // of that name, but of another number than sysfs has for it
        Files.writeString(folder.resolve("class/uio0/dev"), "247:0\n");
        kernel.script(watchdog.toString(), () -> {
            throw new AssertionError("it was opened, and is armed now");
        });
        for (int map : new int[] {0, RegionSettings.NO_MAP}) {
            assertThatThrownBy(() -> open(new RegionSettings.File(watchdog, map), 0, 0, true))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage(watchdog + " is neither a regular file nor a UIO device");
        }
        assertThat(kernel.openDescriptors()).isEmpty();
    }

    @Test
    void whatWasRemovedIsSaidToBe() throws Exception {
        OpenRegion region = open(0, 0, 0, false);
        assertThat(region.lost()).isEmpty();
        Files.delete(device);
        assertThat(region.lost()).contains(device + " was removed by somebody");
        region.close();
    }

    @Test
    void aPositionBeyondAllNumbersIsRefused() {
        assertThatThrownBy(() -> open(0, Long.MAX_VALUE - 8, 16, false)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aPartIsAPart() throws Exception {
        OpenRegion region = open(0, 8, 16, false);
        assertThat(region.bytes().capacity()).isEqualTo(16);
        assertThatThrownBy(() -> region.bytes().put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
        assertThatThrownBy(() -> open(1, 0x18, 0x10, false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has 32 bytes there");
        assertThatThrownBy(() -> open(2, 0, 0, false)).hasMessageContaining("has no map 2");
    }
}
