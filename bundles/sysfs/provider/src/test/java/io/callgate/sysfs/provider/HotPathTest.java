// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.sysfs.Value;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A control loop that reads a thousand times a second must not wake the garbage collector. */
class HotPathTest {

    private static final int READS = 20_000;
    private static final int ROUNDS = 5;

    private interface Reader {
        double read(SysfsAttribute attribute) throws IOException;
    }

    private static final Reader LONG = SysfsAttribute::readLong;
    private static final Reader DOUBLE = SysfsAttribute::readDouble;
    private static final Reader VALUE = attribute -> attribute.read().nanos();

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
        assertThat(allocated(attribute, LONG)).as("readLong").isZero();
        assertThat(allocated(attribute, DOUBLE)).as("readDouble").isZero();
        assertThat(allocated(attribute, VALUE)).as("the measure sees a Value").isGreaterThan(READS * 16L);
    }

    /** The least of some rounds: what happens once (a class is loaded, code is compiled) is no garbage of a read. */
    private static long allocated(SysfsAttribute attribute, Reader reader) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            double sum = loop(attribute, reader);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            assertThat(sum).isNotNaN();
        }
        return least;
    }

    private static double loop(SysfsAttribute attribute, Reader reader) throws IOException {
        double sum = 0;
        for (int i = 0; i < READS; i++) {
            sum += reader.read(attribute);
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

    /** A door whose pread makes no garbage itself, as the real one's does not. */
    private static final class QuietFiles extends LinkedFiles {

        private final byte[] content;

        QuietFiles(String content) {
            super(null, null);
            this.content = content.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int pread(Fd fd, NativeBuffer into, int offset, int length, long position) {
            into.bytes().put(offset, content);
            return content.length;
        }
    }
}
