// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.procfs.LoadAverage;
import io.callgate.procfs.Memory;
import io.callgate.procfs.Pressure;
import io.callgate.sysfs.Attribute;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthTest {

    private final FakeLinux kernel = new FakeLinux();
    private final FakeDispatcher dispatcher = new FakeDispatcher();
    private final FakeLog log = new FakeLog();
    private double load = 0.5;
    private int intervalSeconds = 10;
    private boolean pressureTold = true;
    private double attributeHighest = 100;
    private final Health health = make();

    @AfterEach
    void stop() {
        health.stop();
    }

    @Test
    void statusShowsEveryFigureWithItsLimitAndState() {
        assertThat(health.status().lines())
                .hasSize(6)
                .anyMatch(line -> line.matches("memory used % +25\\.00 +90  good"))
                .anyMatch(line -> line.matches("pressure io % +1\\.50 +20  good"));
    }

    @Test
    void aChangeOfStateIsLoggedOnceEachWay() {
        kernel.advance(Duration.ofSeconds(10));
        load = 1000;
        kernel.advance(Duration.ofSeconds(30));
        assertThat(log.lines("WARN"))
                .hasSize(1)
                .allMatch(line -> line.contains("load per processor is too high (was good)"));
        load = 0;
        kernel.advance(Duration.ofSeconds(30));
        assertThat(log.lines("INFO")).hasSize(1).allMatch(line -> line.contains("is good (was too high)"));
    }

    @Test
    void statusChangesNothingAndLogsNothing() {
        kernel.advance(Duration.ofSeconds(10));
        load = 1000;
        assertThat(health.status()).contains("too high");
        assertThat(log.lines("WARN")).isEmpty();
        kernel.advance(Duration.ofSeconds(10));
        assertThat(health.status()).contains("too high");
        assertThat(log.lines("WARN"))
                .singleElement()
                .asString()
                .matches(".*load per processor is too high \\(was good\\): [0-9.]+, limit 2");
    }

    @Test
    void anAttributeWithoutALimitShowsNone() {
        health.attribute = (Attribute) Proxy.newProxyInstance(
                Attribute.class.getClassLoader(),
                new Class<?>[] {Attribute.class},
                (proxy, method, arguments) -> method.getName().equals("name") ? "cpu-temp" : (Object) 41.5);
        attributeHighest = Double.MAX_VALUE;
        assertThat(health.status().lines()).anyMatch(line -> line.matches("cpu-temp +41\\.50 +-  good"));
        attributeHighest = 80.25;
        assertThat(health.status().lines()).anyMatch(line -> line.matches("cpu-temp +41\\.50 +80\\.25  good"));
    }

    @Test
    void whatTheKernelDoesNotTellIsUnknownAndTheRestGoesOn() {
        pressureTold = false;
        assertThat(health.status()).contains("unknown: no pressure here", "good");
    }

    @Test
    void aFigureAboutItsLimitIsLoggedOnceUntilItIsWellBelow() {
        double limit = 2.0 * Runtime.getRuntime().availableProcessors();
        for (double about : new double[] {1.01, 0.99, 1.01, 0.95, 1.02}) {
            load = about * limit;
            kernel.advance(Duration.ofSeconds(10));
        }
        assertThat(log.lines()).hasSize(1);
        load = 0.85 * limit;
        kernel.advance(Duration.ofSeconds(10));
        assertThat(log.lines("INFO")).hasSize(1);
    }

    @Test
    void whatIsTooHighAtTheFirstLookIsSaid() {
        load = 1000;
        kernel.advance(Duration.ofSeconds(10));
        assertThat(log.lines("WARN")).hasSize(1);
    }

    @Test
    void afterTheStopNothingLooksAnyMore() {
        kernel.advance(Duration.ofSeconds(10));
        health.stop();
        load = 1000;
        kernel.advance(Duration.ofSeconds(30));
        assertThat(log.lines("WARN")).isEmpty();
    }

    @Test
    void theWatchdogIsToldWhenNobodyLooks() {
        kernel.advance(Duration.ofSeconds(10));
        assertThatCode(health::probe).doesNotThrowAnyException();
        intervalSeconds = 0; // three of them have passed since
        assertThatThrownBy(health::probe).hasMessageStartingWith("the last look at the system was ");
    }

    private Health make() {
        try {
            return new Health(
                    limits(),
                    () -> new LoadAverage(load, 0, 0, 1, 100, 4711),
                    () -> new Memory(1000, 0, 750, 0, 0, 0, 0, 0, 0, 0),
                    resource -> {
                        if (!pressureTold) {
                            throw new IOException("no pressure here");
                        }
                        return new Pressure(resource, new Pressure.Stall(1.5, 0, 0, 0), Optional.empty());
                    },
                    kernel,
                    dispatcher,
                    log.logger());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Limits limits() {
        return new Limits() {
            @Override
            public int intervalSeconds() {
                return intervalSeconds;
            }

            @Override
            public double loadPerProcessor() {
                return 2;
            }

            @Override
            public double memoryPercent() {
                return 90;
            }

            @Override
            public double pressurePercent() {
                return 20;
            }

            @Override
            public double attributeHighest() {
                return attributeHighest;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return Limits.class;
            }
        };
    }
}
