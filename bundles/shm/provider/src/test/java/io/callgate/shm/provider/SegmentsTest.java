// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.IpcKey;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** System V segments of a kernel that a test scripts. */
class SegmentsTest {

    private static final int KEY = 0x2a;

    private final Map<Integer, Integer> ids = new HashMap<>(Map.of(KEY, 7));
    private final FakeLinux kernel = new FakeLinux()
            .segment(7, ByteBuffer.allocateDirect(5000).put(100, (byte) 42))
            .onCall("shmget", arguments -> {
                Integer id = ids.get((Integer) arguments[0]);
                if (id == null) {
                    throw new ErrnoException("shmget", "", Errno.ENOENT);
                }
                return id;
            });
    private final Segments segments = new Segments(kernel, kernel);

    private OpenRegion open(IpcKey key, long position, long length, boolean writable) throws IOException {
        return segments.open("m", new RegionSettings(new RegionSettings.Segment(key), position, length, writable), key);
    }

    @Test
    void aPartOfItHasBoundsAndADirection() throws IOException {
        OpenRegion region = open(IpcKey.number("42"), 90, 20, false);
        assertThat(region.address()).isEqualTo("segment 0x2a");
        ByteBuffer bytes = region.bytes();
        assertThat(bytes.capacity()).isEqualTo(20);
        assertThat(bytes.get(10)).isEqualTo((byte) 42);
        assertThatThrownBy(() -> bytes.put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
        assertThatThrownBy(() -> open(IpcKey.number("42"), 4990, 20, false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("segment 0x2a has 5000 bytes there", "is beyond");
    }

    @Test
    void itIsLostWhenItsKeyFindsNoneOrAnother() throws IOException {
        OpenRegion region = open(IpcKey.number("42"), 0, 0, true);
        assertThat(region.lost()).isEmpty();
        ids.put(KEY, 8);
        assertThat(region.lost()).contains("segment 0x2a was replaced by somebody");
        ids.clear();
        assertThat(region.lost()).contains("segment 0x2a was removed by somebody");
        assertThatThrownBy(() -> open(IpcKey.number("42"), 0, 0, true))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("there is no segment 0x2a: start the program");
        assertThatThrownBy(() -> open(IpcKey.file(Path.of("/nowhere/app"), "A"), 0, 0, true))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("there is no /nowhere/app to make a key of");
    }

    @Test
    void whoMayNotIsToldSo() {
        kernel.fail("shmat", "System V segment 7", Errno.EACCES);
        assertThatThrownBy(() -> open(IpcKey.number("42"), 0, 0, true))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("may not write segment 0x2a", "ipcs -m -i 7");
    }
}
