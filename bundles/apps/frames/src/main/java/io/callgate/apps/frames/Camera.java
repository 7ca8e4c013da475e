// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.frames;

import io.callgate.device.CharacterDevice;
import io.callgate.device.Device;
import io.callgate.device.DeviceReadyListener;
import io.callgate.device.VideoCapture;
import io.callgate.device.VideoCapture.Frame;
import io.callgate.linux.LinuxMemory;
import io.callgate.shm.Board;
import java.io.IOException;
import java.util.Optional;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Puts every frame of the device {@code camera} on the board {@code frames}, as {@link FrameBoard} has it. */
@Component(
        service = {Camera.class, DeviceReadyListener.class},
        configurationPid = "io.callgate.apps.frames.camera",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {"device.name=camera", "osgi.command.scope=frames", "osgi.command.function=status"})
@Designate(ocd = Camera.Config.class)
public final class Camera implements DeviceReadyListener {

    /** What is wanted of the camera, which takes the nearest that it can do. */
    @ObjectClassDefinition(name = "Frames of a camera")
    public @interface Config {

        @AttributeDefinition(required = false, min = "1", description = "Width of the image, in pixels")
        int width() default 640;

        @AttributeDefinition(required = false, min = "1", description = "Height of the image, in lines")
        int height() default 480;

        @AttributeDefinition(required = false, description = "Pixel format, four characters: YUYV, GREY, MJPG, ...")
        String format() default "YUYV";

        @AttributeDefinition(
                required = false,
                min = "1",
                description = "Buffers that the driver fills in turn, a number")
        int buffers() default 4;
    }

    private final CharacterDevice camera;
    private final VideoCapture capture;
    private final FrameBoard frames;
    private boolean stopped;

    /** The camera begins. */
    @Activate
    public Camera(
            Config config,
            @Reference(target = "(callgate.name=camera)") CharacterDevice camera,
            @Reference(target = "(callgate.name=frames)") Board board,
            @Reference LinuxMemory memory)
            throws IOException {
        this.camera = camera;
        capture =
                VideoCapture.start(camera, memory, config.width(), config.height(), config.format(), config.buffers());
        try {
            frames = new FrameBoard(board, capture.format());
        } catch (IllegalStateException e) {
            capture.close();
            throw e;
        }
    }

    /** The camera ends. */
    @Deactivate
    public synchronized void stop() throws IOException {
        stopped = true;
        capture.close();
    }

    @Override
    public synchronized void ready(Device device, int ready) throws IOException {
        Optional<Frame> taken = stopped ? Optional.empty() : capture.take();
        if (taken.isPresent()) {
            Frame frame = taken.get();
            try {
                frames.write(frame.sequence(), frame.timestampNanos(), frame.isDamaged(), frame.bytes());
            } finally {
                capture.giveBack(frame);
            }
        }
    }

    /** What came so far. */
    @Descriptor("shows the source, and how many frames came and were lost")
    public String status() {
        return frames.status(camera.path());
    }
}
