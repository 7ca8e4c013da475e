// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.callgate.gpio.Direction;
import io.callgate.gpio.EdgeDetection;
import io.callgate.linux.Fd;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reading and driving lines makes no garbage in this bundle; that the door makes none, its own test says. */
class HotPathTest {

    private static final int CALLS = 20_000;
    private static final int ROUNDS = 5;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final StillFiles files = new StillFiles();
    private final FakeLinux kernel = new FakeLinux().attribute("/value", "1");
    private final SysfsRequest request = request();

    @FunctionalInterface
    private interface Call {
        void call() throws IOException;
    }

    private SysfsRequest request() {
        return new SysfsRequest(null, "lamp", new Owner(), List.of(taken(0), taken(1)));
    }

    private Exporter.Taken taken(int offset) {
        try {
            Fd value = kernel.open(Path.of("/value"));
            GpioClass gpio = new GpioClass(Path.of("/sys"), files, kernel, kernel, kernel);
            LineState output = new LineState(Optional.of(Direction.OUTPUT), false, EdgeDetection.NONE);
            HeldLine line = new HeldLine(gpio, "line", offset, offset, "", value, output, Optional.empty());
            return new Exporter.Taken(line, false, 0);
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
        assertThat(request.levels(0b11)).isEqualTo(0b11);
        assertThat(allocated(() -> request.levels(0b11))).isZero();
        assertThat(files.calls).as("one for each line").isEqualTo(2 * (CALLS * ROUNDS + 1));
    }

    @Test
    void setMakesNone() throws IOException {
        assertThat(allocated(() -> request.set(0b11, 0b01))).isZero();
        assertThat(files.calls).as("one for each line").isEqualTo(2 * CALLS * ROUNDS);
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
