// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.device.VideoCapture.Frame;
import io.callgate.linux.Architecture;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against a driver in Java, for what a real one does seldom; the lab has a real one. */
class VideoCaptureTest {

    private static final long STREAMS = 0x04000001L;
    private static final int IMAGE_BYTES = 48;

    private final FakeLinux kernel = new FakeLinux();
    private final List<String> requests = new ArrayList<>();
    private final Map<String, IOException> failures = new HashMap<>();
    private final Deque<Integer> filled = new ArrayDeque<>();
    private long capabilities = STREAMS;
    private int mapped;

    private final CharacterDevice camera = proxy(CharacterDevice.class, (self, method, arguments) -> {
        switch (method.getName()) {
            case "allocate":
                return kernel.allocate((Integer) arguments[0]);
            case "path":
                return Path.of("/dev/video7");
            case "fd":
                return null;
            case "ioctl":
                return arguments.length == 2
                        ? InvocationHandler.invokeDefault(self, method, arguments)
                        : answer((Ioctl) arguments[0], (NativeBuffer) arguments[1]);
            default:
                throw new UnsupportedOperationException(method.getName());
        }
    });

    private final LinuxMemory memory = proxy(LinuxMemory.class, (self, method, arguments) -> {
        mapped++;
        NativeBuffer buffer = kernel.allocate((Integer) arguments[2]);
        return proxy(Mapping.class, (mapping, call, none) -> {
            if (call.getName().equals("buffer")) {
                return buffer;
            }
            mapped--;
            return null;
        });
    });

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private int answer(Ioctl request, NativeBuffer argument) throws IOException {
        String name = name(request);
        if (name.equals("REQBUFS")) {
            name += VideoCapture.REQUEST_BUFFERS.at(argument).get("count");
        }
        requests.add(name);
        IOException failure = failures.remove(name);
        if (failure != null) {
            throw failure;
        }
        switch (name) {
            case "QUERYCAP" ->
                VideoCapture.CAPABILITY.at(argument).setText("card", "Lamp").set("device_caps", capabilities);
            case "S_FMT" -> VideoCapture.FORMAT.at(argument).set("fmt.pix.sizeimage", IMAGE_BYTES);
            case "QUERYBUF" -> VideoCapture.BUFFER.at(argument).set("length", IMAGE_BYTES);
            case "DQBUF" -> {
                if (filled.isEmpty()) {
                    throw new ErrnoException("ioctl", "/dev/video7", Errno.EAGAIN);
                }
                VideoCapture.BUFFER
                        .at(argument)
                        .set("index", filled.remove())
                        .set("sequence", 0xffff_ffffL)
                        .set("bytesused", 10)
                        .set("flags", VideoCapture.V4L2_BUF_FLAG_ERROR)
                        .set("timestamp.tv_sec", 5)
                        .set("timestamp.tv_usec", 6);
            }
            default -> {}
        }
        return 0;
    }

    private static String name(Ioctl request) {
        if (request.equals(VideoCapture.VIDIOC_STREAMON)) {
            return "STREAMON";
        }
        if (request.equals(VideoCapture.VIDIOC_STREAMOFF)) {
            return "STREAMOFF";
        }
        return Arrays.stream(VideoCapture.Request.values())
                .filter(each -> each.on(Architecture.current()).equals(request))
                .map(each -> each.name().substring("VIDIOC_".length()))
                .findFirst()
                .orElseThrow();
    }

    private VideoCapture start() throws IOException {
        return VideoCapture.start(camera, memory, 8, 6, "GREY", 2);
    }

    private static ErrnoException errno(Errno errno) {
        return new ErrnoException("ioctl", "/dev/video7", errno);
    }

    @Test
    void itBeginsAndEndsInTheKernelsOrder() throws IOException {
        VideoCapture capture = start();
        assertThat(capture.format()).isEqualTo(new VideoCapture.Format(8, 6, "GREY", 0, IMAGE_BYTES));
        assertThat(requests)
                .containsExactly(
                        "QUERYCAP",
                        "REQBUFS0",
                        "S_FMT",
                        "REQBUFS2",
                        "QUERYBUF",
                        "QBUF",
                        "QUERYBUF",
                        "QBUF",
                        "STREAMON");
        assertThat(mapped).isEqualTo(2);
        requests.clear();
        capture.close();
        capture.close();
        assertThat(requests).containsExactly("STREAMOFF", "REQBUFS0");
        assertThat(mapped).isZero();
    }

    @Test
    void aFrameIsTakenWithWhatTheDriverSaysOfIt() throws IOException {
        VideoCapture capture = start();
        assertThat(capture.take()).isEmpty();
        filled.add(1);
        Frame frame = capture.take().orElseThrow();
        assertThat(frame.sequence()).isEqualTo(-1);
        assertThat(frame.timestampNanos()).isEqualTo(5_000_006_000L);
        assertThat(frame.isDamaged()).isTrue();
        assertThat(frame.bytes().limit()).isEqualTo(10);
        capture.giveBack(frame);
        assertThat(requests).endsWith("QBUF");
        filled.add(1);
        assertThat(capture.take()).containsSame(frame);
    }

    @Test
    void aStreamThatWasLeftOnIsEndedFirst() throws IOException {
        failures.put("REQBUFS0", errno(Errno.EBUSY));
        start();
        assertThat(requests).startsWith("QUERYCAP", "REQBUFS0", "STREAMOFF", "REQBUFS0", "S_FMT");
    }

    @Test
    void aDeviceThatHasGoneIsLetGoOf() throws IOException {
        for (IOException gone : List.of(errno(Errno.ENODEV), new ClosedFdException("/dev/video7"))) {
            VideoCapture capture = start();
            failures.put("STREAMOFF", gone);
            capture.close();
            assertThat(mapped).isZero();
        }
    }

    @Test
    void whatCannotBeginLeavesNothingMapped() {
        failures.put("STREAMON", errno(Errno.ENOSPC));
        assertThatThrownBy(this::start).isInstanceOf(ErrnoException.class);
        assertThat(mapped).isZero();
        assertThat(requests).endsWith("STREAMOFF", "REQBUFS0");
    }

    @Test
    void whatIsNoCameraIsRefusedInASentence() {
        failures.put("QUERYCAP", errno(Errno.ENOTTY));
        assertThatThrownBy(this::start).hasMessage("/dev/video7 is no video device: name a /dev/videoN");
        capabilities = 0x04800000L;
        assertThatThrownBy(this::start)
                .hasMessage("/dev/video7 (Lamp) does not stream captured video (capabilities 0x04800000):"
                        + " name another /dev/videoN");
        assertThatThrownBy(() -> VideoCapture.start(camera, memory, 8, 6, "GRAY8", 2))
                .hasMessage("\"GRAY8\" is no pixel format: four characters, as YUYV");
        assertThatThrownBy(() -> VideoCapture.start(camera, memory, 8, 6, "GREY", 0))
                .hasMessage("0 buffers: one or more, three or four are usual");
    }
}
