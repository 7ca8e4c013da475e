// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import static io.callgate.device.CType.S32;
import static io.callgate.device.CType.SLONG;
import static io.callgate.device.CType.U32;
import static io.callgate.device.CType.U8;
import static io.callgate.device.CType.ULONG;

import io.callgate.linux.Architecture;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxMemory.Protection;
import io.callgate.linux.Mapping;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * Frames of a camera, over {@code /dev/videoN} opened {@code read-write}: the driver fills buffers that are mapped here,
 * and nothing is copied. A filled buffer makes the device ready ({@link DeviceReadyListener}); {@link #take} takes it, and
 * {@link #giveBack} lets the driver fill it again. A driver that has no buffer to fill drops the frame and counts it.
 *
 * <p>Not thread safe. The frames are the same few objects again and again. Start before somebody waits for the device, as a listener
 * that is a component does: a driver that also has read(2) begins with that when it is polled first, and then has no
 * buffers to give (EBUSY).
 *
 * @see <a href="https://docs.kernel.org/userspace-api/media/v4l/mmap.html">Streaming I/O (Memory Mapping)</a>
 */
public final class VideoCapture implements Closeable {

    static final Ioctl VIDIOC_STREAMON = Ioctl.iow('V', 18, Integer.BYTES);
    static final Ioctl VIDIOC_STREAMOFF = Ioctl.iow('V', 19, Integer.BYTES);

    static final int V4L2_BUF_TYPE_VIDEO_CAPTURE = 1;
    static final int V4L2_MEMORY_MMAP = 1;
    static final int V4L2_CAP_VIDEO_CAPTURE = 0x00000001;
    static final int V4L2_CAP_STREAMING = 0x04000000;
    static final int V4L2_BUF_FLAG_ERROR = 0x00000040;

    static final StructLayout CAPABILITY = StructLayout.struct("v4l2_capability")
            .field("driver", U8, 16)
            .field("card", U8, 32)
            .field("bus_info", U8, 32)
            .field("version", U32)
            .field("capabilities", U32)
            .field("device_caps", U32)
            .field("reserved", U32, 3)
            .build();

    private static final StructLayout PIX_FORMAT = StructLayout.struct("v4l2_pix_format")
            .field("width", U32)
            .field("height", U32)
            .field("pixelformat", U32)
            .field("field", U32)
            .field("bytesperline", U32)
            .field("sizeimage", U32)
            .field("colorspace", U32)
            .field("priv", U32)
            .field("flags", U32)
            .field("ycbcr_enc", U32)
            .field("quantization", U32)
            .field("xfer_func", U32)
            .build();

    /** Of no use here, but its pointers align the union. */
    private static final StructLayout WINDOW = StructLayout.struct("v4l2_window")
            .field("w", S32, 4)
            .field("field", U32)
            .field("chromakey", U32)
            .field("clips", ULONG)
            .field("clipcount", U32)
            .field("bitmap", ULONG)
            .field("global_alpha", U8)
            .build();

    private static final StructLayout FMT = StructLayout.union("fmt")
            .field("pix", PIX_FORMAT)
            .field("win", WINDOW)
            .field("raw_data", U8, 200)
            .build();

    static final StructLayout FORMAT = StructLayout.struct("v4l2_format")
            .field("type", U32)
            .field("fmt", FMT)
            .build();

    static final StructLayout REQUEST_BUFFERS = StructLayout.struct("v4l2_requestbuffers")
            .field("count", U32)
            .field("type", U32)
            .field("memory", U32)
            .field("capabilities", U32)
            .field("flags", U8)
            .field("reserved", U8, 3)
            .build();

    /** As the C library has it: two longs, which are 32 bits each on armhf of Debian 12; the kernel takes both kinds. */
    private static final StructLayout TIMEVAL = StructLayout.struct("timeval")
            .field("tv_sec", SLONG)
            .field("tv_usec", SLONG)
            .build();

    private static final StructLayout TIMECODE = StructLayout.struct("v4l2_timecode")
            .field("type", U32)
            .field("flags", U32)
            .field("frames", U8)
            .field("seconds", U8)
            .field("minutes", U8)
            .field("hours", U8)
            .field("userbits", U8, 4)
            .build();

    private static final StructLayout PLACE =
            StructLayout.union("m").field("offset", U32).field("userptr", ULONG).build();

    static final StructLayout BUFFER = StructLayout.struct("v4l2_buffer")
            .field("index", U32)
            .field("type", U32)
            .field("bytesused", U32)
            .field("flags", U32)
            .field("field", U32)
            .field("timestamp", TIMEVAL)
            .field("timecode", TIMECODE)
            .field("sequence", U32)
            .field("memory", U32)
            .field("m", PLACE)
            .field("length", U32)
            .field("reserved2", U32)
            .field("request_fd", S32)
            .build();

    private static final StructLayout.Field INDEX = BUFFER.field("index");
    private static final StructLayout.Field TYPE = BUFFER.field("type");
    private static final StructLayout.Field MEMORY = BUFFER.field("memory");
    private static final StructLayout.Field FLAGS = BUFFER.field("flags");
    private static final StructLayout.Field BYTES_USED = BUFFER.field("bytesused");
    private static final StructLayout.Field SEQUENCE = BUFFER.field("sequence");
    private static final StructLayout.Field SECONDS = BUFFER.field("timestamp.tv_sec");
    private static final StructLayout.Field MICROS = BUFFER.field("timestamp.tv_usec");

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MICRO = 1000;

    /** Requests with a structure; where its size is another on another architecture, so is the number. */
    enum Request {
        VIDIOC_QUERYCAP(0, CAPABILITY),
        VIDIOC_G_FMT(4, FORMAT),
        VIDIOC_S_FMT(5, FORMAT),
        VIDIOC_REQBUFS(8, REQUEST_BUFFERS),
        VIDIOC_QUERYBUF(9, BUFFER),
        VIDIOC_QBUF(15, BUFFER),
        VIDIOC_DQBUF(17, BUFFER);

        private final int nr;
        private final StructLayout layout;
        private final Ioctl here;

        Request(int nr, StructLayout layout) {
            this.nr = nr;
            this.layout = layout;
            this.here = on(Architecture.current());
        }

        Ioctl on(Architecture architecture) {
            int size = layout.on(architecture).size();
            return nr == 0 ? Ioctl.ior('V', nr, size) : Ioctl.iowr('V', nr, size); // QUERYCAP takes nothing
        }
    }

    /**
     * What an image is.
     *
     * @param width in pixels
     * @param height in lines
     * @param fourcc the pixels' format, four characters as in the kernel's list: {@code YUYV}, {@code GREY}, {@code MJPG}
     * @param lineBytes from one line to the next; 0 if the format has no lines
     * @param imageBytes of the longest image; of a compressed one a frame has fewer
     */
    public record Format(int width, int height, String fourcc, int lineBytes, int imageBytes) {

        /** The number that the kernel has for the four characters. */
        static int number(String fourcc) {
            byte[] four = fourcc.getBytes(StandardCharsets.US_ASCII);
            if (four.length != Integer.BYTES) {
                throw new IllegalArgumentException("\"" + fourcc + "\" is no pixel format: four characters, as YUYV");
            }
            return ByteBuffer.wrap(four).order(ByteOrder.LITTLE_ENDIAN).getInt();
        }

        /** The four characters of the kernel's number. */
        static String fourcc(int number) {
            ByteBuffer four = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            return new String(four.putInt(number).array(), StandardCharsets.US_ASCII);
        }
    }

    /** A buffer that the driver has filled, valid until it is given back; the same object each time it comes. */
    public static final class Frame {

        private final int index;
        private final Mapping mapping;
        private final ByteBuffer bytes;
        private final Optional<Frame> taken = Optional.of(this);
        private int sequence;
        private long timestampNanos;
        private boolean damaged;

        private Frame(int index, Mapping mapping) {
            this.index = index;
            this.mapping = mapping;
            this.bytes = mapping.buffer().bytes().asReadOnlyBuffer();
        }

        /** The driver's number of this frame, of 32 bits; a gap is of frames that it has dropped. */
        public int sequence() {
            return sequence;
        }

        /** When it was captured, mostly by the clock of {@link System#nanoTime}; exact to a microsecond. */
        public long timestampNanos() {
            return timestampNanos;
        }

        /** True if the driver says that the image is not as it should be. */
        public boolean isDamaged() {
            return damaged;
        }

        /** The image, read-only, from 0 to the limit. After {@link VideoCapture#close} it is zeros. */
        public ByteBuffer bytes() {
            return bytes;
        }
    }

    private final CharacterDevice camera;
    private final Format format;
    private final Struct buffer;
    private final List<Frame> frames = new ArrayList<>();
    private boolean closed;

    private VideoCapture(CharacterDevice camera, Format format) {
        this.camera = camera;
        this.format = format;
        this.buffer = BUFFER.at(camera.allocate(BUFFER.size()));
    }

    /** The format that is set; another one may be set by anybody while nobody captures. */
    public static Format format(CharacterDevice camera) throws IOException {
        Struct format = FORMAT.at(camera.allocate(FORMAT.size())).set("type", V4L2_BUF_TYPE_VIDEO_CAPTURE);
        request(camera, Request.VIDIOC_G_FMT, format);
        return format(format);
    }

    private static Format format(Struct format) {
        return new Format(
                (int) format.get("fmt.pix.width"),
                (int) format.get("fmt.pix.height"),
                Format.fourcc((int) format.get("fmt.pix.pixelformat")),
                (int) format.get("fmt.pix.bytesperline"),
                (int) format.get("fmt.pix.sizeimage"));
    }

    /**
     * Sets a format and begins. The driver takes the nearest that it can do: {@link #format} says which. What this
     * descriptor had begun before is ended first: one that was kept over an update may still be streaming.
     *
     * @param width in pixels
     * @param height in lines
     * @param fourcc as in {@link Format}
     * @param buffers how many; the driver may want more, and fills them in turn. Three or four are usual
     * @throws ErrnoException EBUSY if somebody else captures, ENOMEM, ENODEV if it has gone
     * @throws IOException if the device is no camera that streams
     * @throws IllegalArgumentException if fourcc has not four characters, or there is to be no buffer
     */
    public static VideoCapture start(
            CharacterDevice camera, LinuxMemory memory, int width, int height, String fourcc, int buffers)
            throws IOException {
        int pixelFormat = Format.number(fourcc);
        if (buffers < 1) {
            throw new IllegalArgumentException(buffers + " buffers: one or more, three or four are usual");
        }
        checkStreams(camera);
        end(camera);
        Struct format = FORMAT.at(camera.allocate(FORMAT.size()))
                .set("type", V4L2_BUF_TYPE_VIDEO_CAPTURE)
                .set("fmt.pix.width", width)
                .set("fmt.pix.height", height)
                .set("fmt.pix.pixelformat", Integer.toUnsignedLong(pixelFormat));
        request(camera, Request.VIDIOC_S_FMT, format);
        VideoCapture capture = new VideoCapture(camera, format(format));
        try {
            capture.begin(memory, buffers);
            return capture;
        } catch (IOException | RuntimeException e) {
            try {
                capture.close();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private static void checkStreams(CharacterDevice camera) throws IOException {
        Struct capability = CAPABILITY.at(camera.allocate(CAPABILITY.size()));
        try {
            request(camera, Request.VIDIOC_QUERYCAP, capability);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOTTY, Errno.EINVAL)) {
                throw new IOException(camera.path() + " is no video device: name a /dev/videoN", e);
            }
            throw e;
        }
        int wanted = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        long capabilities = capability.get("device_caps");
        if ((capabilities & wanted) != wanted) {
            throw new IOException(
                    "%s (%s) does not stream captured video (capabilities 0x%08x): name another /dev/videoN"
                            .formatted(camera.path(), capability.text("card"), capabilities));
        }
    }

    private static void request(CharacterDevice camera, Request request, Struct argument) throws IOException {
        camera.ioctl(request.here, argument);
    }

    /** Ends what this descriptor does. Buffers of a stream are not freed (EBUSY) before it is off. */
    private static void end(CharacterDevice camera) throws IOException {
        try {
            requestBuffers(camera, 0);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EBUSY)) {
                throw e;
            }
            stream(camera, VIDIOC_STREAMOFF);
            requestBuffers(camera, 0);
        }
    }

    private static int requestBuffers(CharacterDevice camera, int count) throws IOException {
        Struct wanted = REQUEST_BUFFERS
                .at(camera.allocate(REQUEST_BUFFERS.size()))
                .set("count", count)
                .set("type", V4L2_BUF_TYPE_VIDEO_CAPTURE)
                .set("memory", V4L2_MEMORY_MMAP);
        request(camera, Request.VIDIOC_REQBUFS, wanted);
        return (int) wanted.get("count");
    }

    private static void stream(CharacterDevice camera, Ioctl onOrOff) throws IOException {
        var type = camera.allocate(Integer.BYTES);
        type.bytes().putInt(0, V4L2_BUF_TYPE_VIDEO_CAPTURE);
        camera.ioctl(onOrOff, type, 0);
    }

    private void begin(LinuxMemory memory, int buffers) throws IOException {
        int count = requestBuffers(camera, buffers);
        for (int i = 0; i < count; i++) {
            request(camera, Request.VIDIOC_QUERYBUF, blank(i));
            long cookie = buffer.get("m.offset"); // the number stands where files have a position
            int length = Math.toIntExact(buffer.get("length"));
            frames.add(new Frame(i, memory.map(camera.fd(), cookie, length, EnumSet.of(Protection.READ))));
            request(camera, Request.VIDIOC_QBUF, blank(i));
        }
        stream(camera, VIDIOC_STREAMON);
    }

    /** What says which buffer is meant, and no more. */
    private Struct blank(int index) {
        ByteBuffer bytes = buffer.buffer().bytes();
        for (int i = 0; i < BUFFER.size(); i++) {
            bytes.put(i, (byte) 0);
        }
        INDEX.set(bytes, 0, index);
        TYPE.set(bytes, 0, V4L2_BUF_TYPE_VIDEO_CAPTURE);
        MEMORY.set(bytes, 0, V4L2_MEMORY_MMAP);
        return buffer;
    }

    /** What the driver sends. */
    public Format format() {
        return format;
    }

    /**
     * The oldest frame that nobody has taken yet; empty if there is none now. It is the caller's until it is given back.
     *
     * @throws ErrnoException EIO if the driver has lost frames or has got no image, ENODEV if it has gone
     */
    public Optional<Frame> take() throws IOException {
        try {
            request(camera, Request.VIDIOC_DQBUF, blank(0));
        } catch (ErrnoException e) {
            if (e.is(Errno.EAGAIN)) {
                return Optional.empty();
            }
            throw e;
        }
        ByteBuffer said = buffer.buffer().bytes();
        Frame frame = frames.get((int) INDEX.get(said, 0));
        frame.sequence = (int) SEQUENCE.get(said, 0);
        frame.timestampNanos = SECONDS.get(said, 0) * NANOS_PER_SECOND + MICROS.get(said, 0) * NANOS_PER_MICRO;
        frame.damaged = (FLAGS.get(said, 0) & V4L2_BUF_FLAG_ERROR) != 0;
        frame.bytes.clear().limit((int) BYTES_USED.get(said, 0));
        return frame.taken;
    }

    /** The driver may fill it again. */
    public void giveBack(Frame frame) throws IOException {
        request(camera, Request.VIDIOC_QBUF, blank(frame.index));
    }

    /** Ends the stream and lets go of the buffers. A device that has gone, or is closed, has done so by itself. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            stream(camera, VIDIOC_STREAMOFF);
            release(); // before the buffers are freed: some kernels keep those that are mapped, and say EBUSY
            requestBuffers(camera, 0);
        } catch (ClosedFdException e) {
            release();
        } catch (ErrnoException e) {
            release();
            if (!e.is(Errno.ENODEV)) {
                throw e;
            }
        }
    }

    private void release() {
        frames.forEach(frame -> frame.mapping.close());
    }
}
