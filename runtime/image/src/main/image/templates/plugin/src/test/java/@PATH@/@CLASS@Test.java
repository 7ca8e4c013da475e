// SPDX-License-Identifier: Apache-2.0
package @PACKAGE@;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.procfs.LoadAverage;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fake kernel's time passes only when the test says so: no thread, no sleep. */
class @CLASS@Test {

    private final FakeLinux kernel = new FakeLinux();
    private final FakeLog log = new FakeLog();
    private double load = 0.5;
    private @CLASS@ component;

    @BeforeEach
    void start() throws IOException {
        component = new @CLASS@(
                config(2, 10), () -> new LoadAverage(load, 0, 0, 1, 100, 1), kernel, log.logger());
    }

    @AfterEach
    void leavesNothingBehind() {
        component.stop();
        assertEquals(0, kernel.registrations());
    }

    @Test
    void showsTheLoad() throws IOException {
        assertEquals("load 0.50, limit 2.00", component.show());
    }

    @Test
    void logsAChangeOnceEachWay() {
        kernel.advance(Duration.ofSeconds(10));
        load = 3;
        kernel.advance(Duration.ofSeconds(30));
        load = 1;
        kernel.advance(Duration.ofSeconds(30));

        assertEquals(
                List.of("INFO load is high: 3.00, limit 2.00", "INFO load is good: 1.00, limit 2.00"), log.lines());
    }

    private static @CLASS@.Config config(double highestLoad, int intervalSeconds) {
        return new @CLASS@.Config() {
            @Override
            public double highestLoad() {
                return highestLoad;
            }

            @Override
            public int intervalSeconds() {
                return intervalSeconds;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return @CLASS@.Config.class;
            }
        };
    }
}
