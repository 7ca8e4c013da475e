// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.device.CType.S32;
import static io.callgate.device.CType.U32;
import static io.callgate.device.CType.U8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.device.CharacterDevice;
import io.callgate.device.Device;
import io.callgate.device.Struct;
import io.callgate.device.StructLayout;
import io.callgate.device.VideoCapture;
import io.callgate.device.VideoCapture.Frame;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Video of the kernel's virtual camera: captured by mmap, put on a board, and read whole by a program in C. */
@LabTest
class FramesLabTest {

    private static final Path BOARD = Path.of("/dev/shm/callgate-lab-frames");
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;
    private static final int FRAME_BYTES = 32 + 2 * WIDTH * HEIGHT;
    private static final int FRAMES = 30;
    private static final long SECOND = 1_000_000_000;

    private static final StructLayout QUERYCTRL = StructLayout.struct("v4l2_queryctrl")
            .field("id", U32)
            .field("type", U32)
            .field("name", U8, 32)
            .field("range", S32, 4)
            .field("flags", U32)
            .field("reserved", U32, 2)
            .build();
    private static final StructLayout CONTROL = StructLayout.struct("v4l2_control")
            .field("id", U32)
            .field("value", S32)
            .build();
    private static final Ioctl VIDIOC_S_CTRL = Ioctl.iowr('V', 28, CONTROL.size());
    private static final Ioctl VIDIOC_QUERYCTRL = Ioctl.iowr('V', 36, QUERYCTRL.size());
    private static final long NEXT = 0x80000000L;

    private static final int OSD_NOTHING = 2;
    private static final int MOVE_RIGHT = 4;

    private static final Pattern READER =
            Pattern.compile("YUYV 320x180 seen (\\d+) missed \\d+ lost (\\d+) number (\\d+) sequence (\\d+)\n");
    private static final Pattern STATUS =
            Pattern.compile("/dev/video0 +320x180 YUYV +(\\d+) +(\\d+) +(\\d+) +" + BOARD);

    @TempDir
    Path folder;

    @AfterEach
    void tidyUp() throws IOException {
        Files.deleteIfExists(BOARD);
    }

    private Product start() throws Exception {
        Map<String, String> configurations = new HashMap<>();
        configurations.put(Device.PID + "~camera", "{\"path\": \"/dev/video0\", \"access\": \"read-write\"}");
        configurations.put(Device.PID + "~null", "{\"path\": \"/dev/null\", \"access\": \"read-write\"}");
        Product product = Product.start(folder, configurations, SomeBundles.with("device", "shm", "apps.frames"));
        CharacterDevice camera = camera(product);
        control(camera, "OSD Text Mode", OSD_NOTHING);
        control(camera, "Horizontal Movement", MOVE_RIGHT);
        return product;
    }

    private static CharacterDevice camera(Product product) {
        return product.service(CharacterDevice.class, "(callgate.name=camera)");
    }

    /** Sets a control that has that name. */
    private static void control(CharacterDevice camera, String name, int value) throws IOException {
        Struct query = QUERYCTRL.at(camera.allocate(QUERYCTRL.size()));
        do {
            query.set("id", query.get("id") | NEXT);
            camera.ioctl(VIDIOC_QUERYCTRL, query); // EINVAL if there is no such control
        } while (!query.text("name").equals(name));
        Struct control = CONTROL.at(camera.allocate(CONTROL.size()));
        camera.ioctl(VIDIOC_S_CTRL, control.set("id", query.get("id")).set("value", value));
    }

    /** Colour bars that move from frame to frame: in a whole image all lines are equal. */
    @Test
    void everyFrameIsOnTheBoardAndWholeAndCountedAsTheDriverDoes() throws Exception {
        String reader = reader();
        try (Product product = start()) {
            product.configure(
                    "io.callgate.shm.board~frames",
                    "{\"path\": \"%s\", \"role\": \"writer\", \"maxBytes\": %d}".formatted(BOARD, FRAME_BYTES));
            product.configure(
                    "io.callgate.apps.frames.camera", "{\"width\": %d, \"height\": %d}".formatted(WIDTH, HEIGHT));
            Await.until("the board is there", () -> Files.exists(BOARD));
            Matcher read = matched(READER, Lab.run(reader, BOARD.toString(), Integer.toString(FRAMES), "bars"));
            counted(read, matched(STATUS, product.framework().shell("frames:status")));
            assertThat(number(read, 1)).isEqualTo(FRAMES);

            control(camera(product), "Percentage of Dropped Buffers", 50);
            try {
                read = matched(READER, Lab.run(reader, BOARD.toString(), Integer.toString(FRAMES), "bars"));
                assertThat(number(read, 2)).as("lost").isPositive();
                counted(read, matched(STATUS, product.framework().shell("frames:status")));
            } finally {
                control(camera(product), "Percentage of Dropped Buffers", 0);
            }
        }
    }

    /** The driver's first sequence number is 0, the board's 1: what is between is what was lost. */
    private static void counted(Matcher read, Matcher status) {
        long written = number(read, 3);
        long lost = number(read, 4) + 1 - written;
        assertThat(number(status, 1)).as("frames").isGreaterThanOrEqualTo(written);
        assertThat(number(status, 2)).as("lost").isGreaterThanOrEqualTo(lost);
        assertThat(lost).as("lost at the source").isGreaterThanOrEqualTo(number(read, 2));
    }

    @Test
    void buffersAreTakenInOrderAndAfterTheEndSomebodyElseMayCapture() throws Exception {
        try (Product product = start()) {
            CharacterDevice camera = camera(product);
            LinuxMemory memory = product.service(LinuxMemory.class, null);
            long begun = System.nanoTime();
            ByteBuffer kept = null;
            for (int round = 0; round < 2; round++) {
                try (VideoCapture capture = VideoCapture.start(camera, memory, WIDTH, HEIGHT, "YUYV", 3)) {
                    assertThat(capture.format())
                            .isEqualTo(new VideoCapture.Format(WIDTH, HEIGHT, "YUYV", 2 * WIDTH, 2 * WIDTH * HEIGHT))
                            .isEqualTo(VideoCapture.format(camera));
                    int next = 0;
                    for (int i = 0; i < 6; i++) {
                        Frame frame = awaited(capture);
                        assertThat(frame.sequence()).isGreaterThanOrEqualTo(next);
                        assertThat(frame.isDamaged()).isFalse();
                        assertThat(frame.timestampNanos())
                                .isBetween(begun, System.nanoTime() + SECOND); // exposure, too
                        kept = frame.bytes();
                        assertThat(kept.limit()).isEqualTo(2 * WIDTH * HEIGHT);
                        assertThat(kept.isReadOnly()).isTrue();
                        assertThat(kept.get(1)).as("a bar of colour").isNotZero();
                        next = frame.sequence() + 1;
                        capture.giveBack(frame);
                    }
                }
                assertThat(kept.get(1)).as("what is let go of is harmless").isZero();
            }
            // One that was left streaming, as by an update that kept the descriptor: the next one ends it.
            VideoCapture.start(camera, memory, WIDTH, HEIGHT, "YUYV", 3);
            try (VideoCapture capture = VideoCapture.start(camera, memory, 2 * WIDTH, 2 * HEIGHT, "YUYV", 3)) {
                assertThat(awaited(capture).bytes().limit()).isEqualTo(8 * WIDTH * HEIGHT);
            }
            CharacterDevice nothing = product.service(CharacterDevice.class, "(callgate.name=null)");
            assertThatThrownBy(() -> VideoCapture.start(nothing, memory, WIDTH, HEIGHT, "YUYV", 3))
                    .hasMessage("/dev/null is no video device: name a /dev/videoN");
        }
    }

    private static Frame awaited(VideoCapture capture) {
        Frame[] taken = new Frame[1];
        Await.until("there is a frame", () -> {
            Optional<Frame> frame = capture.take();
            frame.ifPresent(each -> taken[0] = each);
            return frame.isPresent();
        });
        return taken[0];
    }

    private static Matcher matched(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher;
    }

    private static long number(Matcher match, int group) {
        return Long.parseLong(match.group(group));
    }

    /** The guest sees this machine's compiler. */
    private String reader() throws IOException {
        String program = folder.resolve("frames").toString();
        Path root = Image.root();
        Lab.run(
                "gcc",
                "-O2",
                "-I" + root.resolve("bundles/shm/provider/src/main/resources/include"),
                "-o",
                program,
                root.resolve("bundles/apps/frames/src/main/c/frames.c").toString());
        return program;
    }
}
