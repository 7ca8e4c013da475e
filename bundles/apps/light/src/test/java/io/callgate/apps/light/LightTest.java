// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.light;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Level;
import io.callgate.linux.testing.FakeLog;
import io.callgate.sysfs.Datum;
import io.callgate.sysfs.Value;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LightTest {

    private final FakeLog log = new FakeLog();
    private final List<Level> driven = new ArrayList<>();
    private boolean refuses;

    private final DigitalOutput lamp = (DigitalOutput) Proxy.newProxyInstance(
            DigitalOutput.class.getClassLoader(), new Class<?>[] {DigitalOutput.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("name")) {
                    return "porch";
                }
                if (refuses) {
                    throw new IOException("its chip does not answer");
                }
                driven.add((Level) arguments[0]);
                return null;
            });

    private Light light(double darkBelow, double brightAbove, String sensor, String attribute) {
        Map<String, Object> values = Map.of(
                "darkBelow",
                darkBelow,
                "brightAbove",
                brightAbove,
                "sysfs_sensor",
                sensor,
                "sysfs_attribute",
                attribute);
        Light.Config config = (Light.Config) Proxy.newProxyInstance(
                Light.class.getClassLoader(),
                new Class<?>[] {Light.Config.class},
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
        return new Light(config, lamp, log.logger());
    }

    private Light light() {
        return light(10, 20, "", "lux");
    }

    private static Value lux(double lux) {
        return new Value("lux", new Datum.Decimal(lux), "lx", Instant.EPOCH, 0, 0);
    }

    @Test
    void theLampIsOnInTheDarkAndOffInTheLight() throws IOException {
        Light light = light();
        light.changed(lux(9.9));
        light.changed(lux(20.1));
        assertThat(driven).containsExactly(Level.ACTIVE, Level.INACTIVE);
        assertThat(log.lines("INFO")).containsExactly("INFO porch is on at 9.9 lx", "INFO porch is off at 20.1 lx");
    }

    @Test
    void inBetweenItStaysAsItWas() throws IOException {
        Light light = light();
        light.changed(lux(15));
        assertThat(driven).as("it is neither dark nor bright").isEmpty();
        for (double each : new double[] {5, 10, 12, 20, 9, 19.9}) {
            light.changed(lux(each));
        }
        assertThat(driven).containsExactly(Level.ACTIVE);
        for (double each : new double[] {21, 20, 12, 10, 30}) {
            light.changed(lux(each));
        }
        assertThat(driven).containsExactly(Level.ACTIVE, Level.INACTIVE);
    }

    @Test
    void aLampThatCouldNotBeSwitchedIsTriedAgain() throws IOException {
        Light light = light();
        refuses = true;
        assertThatThrownBy(() -> light.changed(lux(5))).hasMessageContaining("does not answer");
        refuses = false;
        light.changed(lux(4));
        assertThat(driven).containsExactly(Level.ACTIVE);
    }

    @Test
    void withoutASensorTheLampStays() throws IOException {
        Light light = light();
        light.changed(lux(5));
        light.gone("lux", "its device has gone");
        assertThat(driven).containsExactly(Level.ACTIVE);
        assertThat(log.lines("WARN"))
                .containsExactly("WARN porch stays as it is, since lux says nothing: its device has gone");
    }

    @ParameterizedTest
    @CsvSource({"20, 10", "10, 10", "NaN, 10", "10, NaN"})
    void thresholdsThatWouldFlickerAreRefused(double darkBelow, double brightAbove) {
        assertThatThrownBy(() -> light(darkBelow, brightAbove, "", "lux"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be less than brightAbove");
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "lux, lux"})
    void oneSensorIsNeeded(String sensor, String attribute) {
        assertThatThrownBy(() -> light(10, 20, sensor, attribute))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name one of sysfs.sensor and sysfs.attribute");
    }
}
