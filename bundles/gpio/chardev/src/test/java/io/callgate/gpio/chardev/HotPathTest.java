// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.RequestConfig.Line;
import io.callgate.linux.Fd;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reading and driving lines makes no garbage in this bundle; that the door makes none, its own test says. */
class HotPathTest {

    private static final int CALLS = 20_000;
    private static final int ROUNDS = 5;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final StillFiles files = new StillFiles();
    private final CharDeviceRequest request = request();

    @FunctionalInterface
    private interface Call {
        void call() throws IOException;
    }

    private CharDeviceRequest request() {
        try {
            FakeChip fake = new FakeChip("gpiochip0", "lab-gpio", 2);
            FakeLinux kernel = new FakeLinux().script("/dev/gpiochip0", fake::open);
            Door ordinary = new Door(kernel, kernel, kernel, kernel, kernel, new FakeLog().logger());
            Door still = new Door(files, kernel, kernel, kernel, kernel, new FakeLog().logger());
            CharDevice device = new CharDevice(ordinary, Path.of("/dev/gpiochip0"));
            List<Line> lines = List.of(new Line(0, LineSettings.output()), new Line(1, LineSettings.output()));
            RequestConfig config = new RequestConfig("lamp", lines, 0);
            Setup setup = Setup.of(lines);
            Fd fd = device.request(config, Configuration.of(setup, 0, 0), "lamp");
            Handover now = new Handover(setup, 0, new Sequences(2).text());
            return new CharDeviceRequest(still, device, fd, config, now, false, new Owner(), ended -> {});
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theMeasureSeesTheSmallestObject() throws IOException {
        Object[] last = new Object[1];
        assertThat(allocated(() -> last[0] = new Object())).isGreaterThanOrEqualTo(8L * CALLS);
    }

    @Test
    void levelsMakeNone() throws IOException {
        assertThat(allocated(() -> request.levels(0b11))).isZero();
        assertThat(files.ioctls).as("one for each").isEqualTo(CALLS * ROUNDS);
    }

    @Test
    void setMakesNone() throws IOException {
        assertThat(allocated(() -> request.set(0b11, 0b01))).isZero();
        assertThat(files.ioctls).as("one for each").isEqualTo(CALLS * ROUNDS);
    }

    /** The least of some rounds: what happens once (a class is loaded, code is compiled) is no garbage of a call. */
    private static long allocated(Call call) throws IOException {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.call();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
