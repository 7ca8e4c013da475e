// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.frames;

import io.callgate.device.VideoCapture.Format;
import io.callgate.linux.EventLoop;
import io.callgate.shm.Board;
import io.callgate.shm.RingGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Instead of a camera: puts grey test images of 320 by 240 on the board {@code frames}. The pixel at (x, y) of frame number S is
 * {@code (x + y + S) % 256}, so that a reader can check every byte. A tick that comes too late is a lost frame.
 */
@Component(
        service = Synthetic.class,
        immediate = true,
        configurationPid = "io.callgate.apps.frames.synthetic",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {"osgi.command.scope=frames", "osgi.command.function=status"})
@Designate(ocd = Synthetic.Config.class)
public final class Synthetic {

    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    private static final int GREYS = 256;
    private static final int MOST_PER_SECOND = 1000;

    /** How often. */
    @ObjectClassDefinition(name = "Frames without a camera")
    public @interface Config {

        @AttributeDefinition(required = false, min = "1", max = "1000", description = "Frames in a second")
        int framesPerSecond() default 25;
    }

    private final FrameBoard frames;
    private final byte[] greys = new byte[GREYS + WIDTH];
    private final ByteBuffer image = ByteBuffer.allocate(WIDTH * HEIGHT);
    private final EventLoop.Registration timer;
    private int sequence = -1;

    /** The first image comes at once. */
    @Activate
    public Synthetic(
            Config config, @Reference(target = "(callgate.name=frames)") Board board, @Reference EventLoop loop)
            throws IOException {
        int rate = config.framesPerSecond();
        if (rate < 1 || rate > MOST_PER_SECOND) {
            throw new IllegalArgumentException(
                    "framesPerSecond is " + rate + ", and it must be from 1 to " + MOST_PER_SECOND);
        }
        frames = new FrameBoard(board, new Format(WIDTH, HEIGHT, "GREY", WIDTH, WIDTH * HEIGHT));
        for (int i = 0; i < greys.length; i++) {
            greys[i] = (byte) i;
        }
        timer = loop.timer(Duration.ZERO, Duration.ofSeconds(1).dividedBy(rate), this::next);
    }

    /** No image comes any more when this returns. */
    @Deactivate
    public void stop() {
        timer.close();
    }

    private void next(long expirations) throws RingGoneException {
        sequence += (int) expirations;
        image.clear();
        for (int y = 0; image.hasRemaining(); y++) {
            image.put(greys, sequence + y & GREYS - 1, WIDTH);
        }
        frames.write(sequence, System.nanoTime(), false, image.flip());
    }

    /** What was made so far. */
    @Descriptor("shows the source, and how many frames came and were lost")
    public String status() {
        return frames.status("synthetic");
    }
}
