// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.device.VideoCapture.Format;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.shm.Board;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameBoardTest {

    private static final Format SMALL = new Format(2, 3, "YUYV", 4, 12);
    private static final int SEQUENCE = 0;
    private static final int SYNTHETIC_BYTES = 320 * 240;

    private final FakeLinux kernel = new FakeLinux();
    private final List<ByteBuffer> written = new ArrayList<>();

    private Board board(int maxBytes) {
        return (Board) Proxy.newProxyInstance(
                Board.class.getClassLoader(),
                new Class<?>[] {Board.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "name" -> "frames";
                    case "path" -> Path.of("/dev/shm/frames");
                    case "maxBytes" -> maxBytes;
                    case "write" -> {
                        ByteBuffer value = ((ByteBuffer) arguments[0]).duplicate();
                        ByteBuffer copy = ByteBuffer.allocate(value.remaining()).order(ByteOrder.nativeOrder());
                        written.add(copy.put(value).flip());
                        yield (long) written.size();
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static ByteBuffer image(int bytes) {
        return ByteBuffer.wrap(new byte[bytes]).put(0, (byte) 7);
    }

    @Test
    void theHeaderIsAsItIsDocumented() throws IOException {
        new FrameBoard(board(44), SMALL).write(9, 123_456_789_012L, false, image(11));
        ByteBuffer value = written.get(0);
        assertThat(value.remaining()).isEqualTo(43);
        assertThat(value.getInt(0)).isEqualTo(9);
        assertThat(new String(value.array(), 4, 4)).isEqualTo("YUYV");
        assertThat(value.getLong(8)).isEqualTo(123_456_789_012L);
        assertThat(List.of(value.getInt(16), value.getInt(20), value.getInt(24), value.getInt(28)))
                .containsExactly(2, 3, 4, 11);
        assertThat(value.get(32)).isEqualTo((byte) 7);
    }

    @Test
    void gapsOfTheSequenceAreLostFramesAlsoWhereItBeginsAnew() throws IOException {
        FrameBoard frames = new FrameBoard(board(44), SMALL);
        frames.write(-3, 1, false, image(12)); // 4,294,967,293 as the driver means it
        frames.write(-2, 2, true, image(12));
        frames.write(1, 3, false, image(12));
        assertThat(frames.status("camera")).matches("(?s)SOURCE .*\ncamera +2x3 YUYV +2 +2 +1 +/dev/shm/frames");
        assertThat(written).extracting(value -> value.getInt(SEQUENCE)).containsExactly(-3, 1);
    }

    @Test
    void aBoardWithoutRoomIsRefused() {
        assertThatThrownBy(() -> new FrameBoard(board(43), SMALL))
                .hasMessage("a frame of 2 x 3 YUYV needs 44 bytes, and the board frames (/dev/shm/frames) has 43:"
                        + " delete the file, and set its maxBytes");
    }

    private Synthetic synthetic(int framesPerSecond) throws IOException {
        return new Synthetic(
                new Synthetic.Config() {
                    @Override
                    public int framesPerSecond() {
                        return framesPerSecond;
                    }

                    @Override
                    public Class<? extends Annotation> annotationType() {
                        return Synthetic.Config.class;
                    }
                },
                board(SYNTHETIC_BYTES + 32),
                kernel);
    }

    @Test
    void aSyntheticImageFollowsFromItsNumber() throws IOException {
        Synthetic source = synthetic(10);
        kernel.advance(Duration.ofMillis(250));
        assertThat(written).extracting(value -> value.getInt(SEQUENCE)).containsExactly(0, 1, 2);
        for (ByteBuffer value : written) {
            for (int i = 0; i < SYNTHETIC_BYTES; i++) {
                byte grey = (byte) (i % 320 + i / 320 + value.getInt(SEQUENCE));
                assertThat(value.get(32 + i)).isEqualTo(grey);
            }
        }
        source.stop();
        kernel.advance(Duration.ofSeconds(1));
        assertThat(written).hasSize(3);
        assertThat(kernel.registrations()).isZero();
    }

    @Test
    void aRateThatCannotBeIsRefused() {
        for (int wrong : new int[] {0, 1001}) {
            assertThatThrownBy(() -> synthetic(wrong))
                    .hasMessage("framesPerSecond is " + wrong + ", and it must be from 1 to 1000");
        }
    }
}
