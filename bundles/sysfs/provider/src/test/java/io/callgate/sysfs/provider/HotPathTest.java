// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.StatFs;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.sysfs.Quantity;
import io.callgate.sysfs.Value;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A control loop that reads a thousand times a second must not wake the garbage collector. */
class HotPathTest {

    private static final int READS = 20_000;
    private static final int ROUNDS = 5;

    @TempDir
    Path folder;

    private interface Reader {
        double read() throws IOException;
    }

    @ParameterizedTest
    @CsvSource({
        "integer, 1, 45123",
        "integer, 0.001, 45123",
        "integer, 1, 0x1f",
        "integer, 0.1, -12",
        "decimal, 1, 0.000610351",
        "decimal, 2, -21.5",
        "boolean, 1, enabled"
    })
    void aReadMakesNoGarbage(String type, double scale, String content) throws Exception {
        SysfsAttribute attribute = attribute(type, scale, content);
        assertThat(allocated(attribute::readLong)).as("readLong").isZero();
        assertThat(allocated(attribute::readDouble)).as("readDouble").isZero();
        assertThat(allocated(() -> attribute.read().nanos()))
                .as("the measure sees a Value")
                .isGreaterThan(READS * 16L);
    }

    @Test
    void aRawSensorWithOffsetAndScaleMakesNoneEither() throws Exception {
        Gateway gateway = new Gateway(folder);
        LinkedFiles files = new QuietFiles(gateway, "1498");
        SysTree tree = new SysTree(gateway.root, gateway.root.resolveSibling("fd"), files, gateway.kernel);
        Path input = gateway.file("in_temp_raw", "");
        FoundSensor.Source source = new FoundSensor.Source(
                input,
                Files.readAttributes(input, BasicFileAttributes.class).fileKey(),
                Optional.of(gateway.file("in_temp_offset", "")),
                Optional.of(gateway.file("in_temp_scale", "")),
                Ratio.MILLI);
        FoundSensor found =
                new FoundSensor(gateway.root, Chip.named("x", "x"), "temp", "temp", Quantity.TEMPERATURE, source);
        try (SysfsSensor sensor = new SysfsSensor("x/temp", found, tree, new SysfsSensor.Observer() {
            @Override
            public void opened(SysfsSensor sensor) {}

            @Override
            public void missing(FoundSensor missing) {
                throw new AssertionError(missing);
            }
        })) {
            assertThat(sensor.readDouble()).isEqualTo(1498.0 * 2 * 1498 / 1000);
            assertThat(allocated(sensor::readDouble)).as("readDouble").isZero();
            assertThat(allocated(() -> sensor.read().nanos()))
                    .as("a Value is seen")
                    .isGreaterThan(READS * 16L);
        }
    }

    /** The least of some rounds: what happens once (a class is loaded, code is compiled) is no garbage of a read. */
    private static long allocated(Reader reader) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            double sum = loop(reader);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            assertThat(sum).isNotNaN();
        }
        return least;
    }

    private static double loop(Reader reader) throws IOException {
        double sum = 0;
        for (int i = 0; i < READS; i++) {
            sum += reader.read();
        }
        return sum;
    }

    private static SysfsAttribute attribute(String type, double scale, String content) throws Exception {
        Map<String, Object> configuration = new HashMap<>(Map.of("path", "x", "type", type, "scale", scale));
        Settings settings = Settings.of(Path.of("/sys"), Gateway.config(configuration));
        FakeLinux kernel = new FakeLinux().attribute("/sys/x", content);
        Path path = Path.of("/sys/x");
        Fd fd = kernel.open(path);
        AttributeFile file =
                new AttributeFile(path, path, "key", true, new QuietFiles(content), kernel, fd, settings.type());
        return new SysfsAttribute("x", file, settings, new SysfsAttribute.Observer() {
            @Override
            public void read(SysfsAttribute attribute, Value value, double deadband) {}

            @Override
            public void failed(SysfsAttribute attribute, IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** A door to sysfs whose pread makes no garbage itself, as the real one's does not. */
    private static final class QuietFiles extends LinkedFiles {

        private final byte[] content;

        QuietFiles(String content) {
            super(null, null);
            this.content = content.getBytes(StandardCharsets.UTF_8);
        }

        QuietFiles(Gateway gateway, String content) {
            super(gateway.kernel, gateway.root.resolveSibling("fd"));
            this.content = content.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public StatFs statfs(Path path) {
            return new StatFs(0x62656572, 4096, 0, 0, 0, 0, 0);
        }

        @Override
        public int pread(Fd fd, NativeBuffer into, int offset, int length, long position) {
            into.bytes().put(offset, content);
            return content.length;
        }
    }
}
